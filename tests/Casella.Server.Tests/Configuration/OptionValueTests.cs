using System.Globalization;
using AwesomeAssertions;
using Casella.Server.Configuration;
using Casella.Server.Options;

namespace Casella.Server.Tests.Configuration;

public sealed class OptionValueTests
{
    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("25MB", 25L << 20)]
    [InlineData("1 GB", 1L << 30)]
    [InlineData("64k", 64 << 10)]
    [InlineData("-1", -1)]
    public void Sizes_have_units_of_1024(string text, long size) => OptionValue.ParseSize(text).Should().Be(size);

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("1.5GB")]
    [InlineData("99999999999GB")]
    public void What_is_no_size_is_none(string text) => OptionValue.ParseSize(text).Should().BeNull();

    [Theory]
    [InlineData("30s", "00:00:30")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("5d", "5.00:00:00")]
    [InlineData("00:05:00", "00:05:00")]
    public void Times_have_units(string text, string time) =>
        OptionValue.ParseTime(text).Should().Be(TimeSpan.Parse(time, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("m")]
    [InlineData("5 m")]
    [InlineData("1w")]
    public void A_time_without_unit_is_none(string text) => OptionValue.ParseTime(text).Should().BeNull();

    [Fact]
    public void Every_default_reads_back_as_it_is_written()
    {
        foreach (var option in OptionCatalog.Default.Sections.SelectMany(s => s.Options).Where(o => OptionValue.Format(o.Default).Length > 0))
            OptionValue.Parse(OptionValue.Format(option.Default), option.Type).Should().Be(option.Default, "{0} is documented so", option.Path);
    }

    [Fact]
    public void Every_default_is_within_its_own_range() =>
        OptionCatalog.Default.Sections.SelectMany(s => s.Options).Where(o => o.Default is not null && o.RangeError(o.Default) is not null)
            .Select(o => o.Path).Should().BeEmpty();

    [Theory]
    [InlineData("off")]
    [InlineData("*:993")]
    [InlineData("127.0.0.1:1143")]
    [InlineData("[::1]:993")]
    public void Listener_addresses_read_back_as_they_are_written(string text) =>
        ListenerAddress.Parse(text, CultureInfo.InvariantCulture).ToString().Should().Be(text);

    [Theory]
    [InlineData("::1:993")]
    [InlineData("[127.0.0.1]:993")]
    [InlineData("mail.example.org:993")]
    [InlineData(":993")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:-1")]
    public void An_address_that_could_mean_something_else_is_none(string text) =>
        ListenerAddress.TryParse(text, CultureInfo.InvariantCulture, out _).Should().BeFalse();

    [Fact]
    public void Localhost_is_the_loopback_address() =>
        ListenerAddress.Parse("localhost:993", CultureInfo.InvariantCulture).ToString().Should().Be("127.0.0.1:993");
}
