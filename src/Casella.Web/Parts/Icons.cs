using System.Collections.Frozen;
using Microsoft.AspNetCore.Components;

namespace Casella.Web.Parts;

/// <summary>The signs of the page, drawn with one line on a field of 24, so that they need no file and take any colour.</summary>
internal static class Icons
{
    private static readonly FrozenDictionary<string, MarkupString> Drawn = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["inbox"] = "M3 13h5l1.5 3h5L16 13h5M5 5h14l2 8v6H3v-6z",
        ["draft"] = "M4 20l1-5L16.500 3.500a2.100 2.100 0 0 1 3 3L8 18z",
        ["sent"] = "M21 3L3 10.500l7 3 3 7.500zM21 3l-11 10.500",
        ["archive"] = "M3 4h18v4H3zM5 8v12h14V8M10 12h4",
        ["spam"] = "M12 3l10 18H2zM12 10v5M12 18v.5",
        ["trash"] = "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
        ["folder"] = "M3 6h6l2 2h10v11H3z",
        ["search"] = "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 1 0 0-13M15.500 15.500L21 21",
        ["menu"] = "M4 6h16M4 12h16M4 18h16",
        ["back"] = "M15 5l-7 7 7 7",
        ["reply"] = "M10 6L4 12l6 6M4 12h9a7 7 0 0 1 7 7",
        ["reply-all"] = "M7 6l-5 6 5 6M12 6L7 12l5 6M7 12h7a7 7 0 0 1 7 7",
        ["forward"] = "M14 6l6 6-6 6M20 12h-9a7 7 0 0 0-7 7",
        ["star"] = "M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6-5.300-2.900-5.300 2.900 1.100-6L3.400 9.800l6-.8z",
        ["read"] = "M3 10l9-6 9 6v10H3zM3 10l9 6 9-6",
        ["unread"] = "M3 6h18v13H3zM3 7l9 7 9-7",
        ["clip"] = "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.400 3.400 0 0 1 5 5l-8.500 8.500a1.700 1.700 0 0 1-2.500-2.500L14.500 7.500",
        ["history"] = "M4 12a8 8 0 1 0 2.500-5.800M4 4v4h4M12 8v4l3 2",
        ["more"] = "M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0",
        ["plus"] = "M12 5v14M5 12h14",
        ["close"] = "M6 6l12 12M18 6L6 18",
        ["move"] = "M3 6h6l2 2h10v11H3zM9 14h6M12.500 11.500L15 14l-2.500 2.500",
        ["download"] = "M12 4v11M7 11l5 5 5-5M5 20h14",
        ["settings"] = "M12 9a3 3 0 1 0 0 6 3 3 0 1 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100",
        ["out"] = "M10 4H4v16h6M15 8l4 4-4 4M19 12H9",
        ["check"] = "M5 12.500l4.500 4.500L19 7",
        ["image"] = "M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5M15.500 9h.01",
        ["bold"] = "M7 5h6a3.500 3.500 0 0 1 0 7H7zM7 12h7a3.500 3.500 0 0 1 0 7H7z",
        ["italic"] = "M10 5h7M7 19h7M14 5l-4 14",
        ["list"] = "M9 6h11M9 12h11M9 18h11M4.500 6h.01M4.500 12h.01M4.500 18h.01",
        ["link"] = "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
        ["computer"] = "M3 5h18v11H3zM9 20h6M12 16v4",
        ["copy"] = "M9 9h11v11H9zM5 15H4V4h11v1",
        ["help"] = "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.700M12 16.500v.5",
        ["dot"] = "M12 12h.01",
        ["template"] = "M5 3h14v18H5zM8.500 7.500h7M8.500 11h7M8.500 14.500h4",
        ["up"] = "M6 14l6-6 6 6",
        ["down"] = "M6 10l6 6 6-6",
        ["filter"] = "M3 5h18l-7 8v6l-4-2v-4z",
        ["chart"] = "M4 20V10M10 20V4M16 20v-7M21 20H3",
        ["person"] = "M12 4a4 4 0 1 0 0 8 4 4 0 1 0 0-8M4 20a8 8 0 0 1 16 0",
        ["print"] = "M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z",
        ["eye"] = "M2 12s4-6 10-6 10 6 10 6-4 6-10 6-10-6-10-6M12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 1 0 0-5",
        ["key"] = "M8 11a4 4 0 1 0 0 8 4 4 0 1 0 0-8M11 12l8-8M16 7l3 3M13.500 9.500l2 2",
        ["clock"] = "M12 4a8 8 0 1 0 0 16 8 8 0 1 0 0-16M12 8v4l3 2",
        ["conversation"] = "M3 4h13v9H8l-5 4zM19 8h2v13l-4-3h-7v-2",
        ["people"] = "M9 5a3 3 0 1 0 0 6 3 3 0 1 0 0-6M3 20c0-4 2.500-6 6-6s6 2 6 6M16 5.500a3 3 0 0 1 0 5.500M18 14.500c2 .8 3 2.600 3 5.500",
        ["globe"] = "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
        ["gauge"] = "M4 18a9 9 0 1 1 16 0M12 15l4-6M4 18h16",
        ["device"] = "M7 3h10v18H7zM11 18h2",
    }.ToFrozenDictionary(
        sign => sign.Key,
        sign => new MarkupString($"<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{sign.Value}\"></path></svg>"),
        StringComparer.Ordinal);

    /// <summary>
    /// A piece of markup that all pages share, and no component: a page has a hundred signs, and a component of each took
    /// a third of its memory.
    /// </summary>
    public static MarkupString Of(string name) => Drawn[name];
}
