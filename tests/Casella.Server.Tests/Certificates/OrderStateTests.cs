using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AwesomeAssertions;
using Casella.Server.Certificates;

namespace Casella.Server.Tests.Certificates;

/// <summary>When a certificate is ordered, and when again after a failure.</summary>
public sealed class OrderStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pauses_grow_to_a_day()
    {
        var state = OrderState.New;
        var pauses = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            state = state.Failed("no", retryAfter: null, Now);
            pauses.Add((state.NextTry!.Value - Now).TotalHours);
        }

        pauses.Should().Equal(0.25, 0.5, 1, 2, 4, 8, 16, 24, 24);
        state.Failures.Should().Be(9);
    }

    [Fact]
    public void An_authority_that_wants_more_time_gets_it()
    {
        OrderState.New.Failed("rateLimited", TimeSpan.FromHours(30), Now).NextTry.Should().Be(Now.AddHours(30));
        OrderState.New.Failed("busy", TimeSpan.FromSeconds(5), Now).NextTry.Should().Be(Now.AddMinutes(15));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public void A_certificate_of_90_days_is_renewed_in_its_last_30(int age, bool isDue)
    {
        using var certificate = Make("mail.example.org");

        CertificateOrders.IsDue(new WantedCertificate("server", ["mail.example.org"]), certificate, Now.AddDays(age)).Should().Be(isDue);
    }

    [Fact]
    public void A_name_more_is_a_reason()
    {
        using var certificate = Make("mail.example.org");

        CertificateOrders.IsDue(new WantedCertificate("server", ["mail.example.org", "imap.example.org"]), certificate, Now).Should().BeTrue();
        CertificateOrders.IsDue(new WantedCertificate("server", ["mail.example.org"]), there: null, Now).Should().BeTrue();
    }

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(Now, Now.AddDays(90));
    }
}
