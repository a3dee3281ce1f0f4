using Casella.Core.Directory;

namespace Casella.Web.Office;

/// <summary>A member as a form has them.</summary>
public sealed class MemberChoice
{
    public string Login { get; set; } = "";
    public MemberRights Rights { get; set; } = MemberRights.All;
}
