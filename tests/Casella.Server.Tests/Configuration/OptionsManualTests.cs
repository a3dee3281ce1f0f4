using AwesomeAssertions;
using Casella.Server.Configuration;
using Casella.Server.Options;
using Casella.Transcripts;

namespace Casella.Server.Tests.Configuration;

public sealed class OptionsManualTests
{
    [Fact]
    public void Every_option_and_every_section_has_a_text()
    {
        OptionsManual.Describe(new CasellaOptions()).Where(option => option.Description.Length == 0).Should().BeEmpty();

        var docs = new XmlDocs();
        OptionCatalog.Default.Sections.Where(section => docs.Summary(section.Type).Length == 0).Should().BeEmpty();
    }

    [Fact]
    public void The_manual_in_docs_is_what_the_option_records_say()
    {
        var file = Path.Join(RepositoryFolder.Path, "docs/configuration.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is "1")
            File.WriteAllText(file, OptionsManual.Markdown());

        File.ReadAllText(file).Should().Be(OptionsManual.Markdown(), "docs/configuration.md is written from the code; run this test with UPDATE_DOCS=1 and commit it");
    }
}
