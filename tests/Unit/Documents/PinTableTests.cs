using System.Text.RegularExpressions;

namespace FourPerMille.Sensor.Unit.Documents;

public sealed partial class PinTableTests
{
    [Fact]
    public void The_pin_table_of_the_documents_is_the_one_that_the_firmware_uses()
    {
        var firmware = Firmware();
        var page = File.ReadLines(Path.Combine(Repository.Root, "hardware-docs/pins.md")).Where(l => l.StartsWith('|'))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries)).Skip(2).ToDictionary(c => c[5], c => int.Parse(c[4]));

        Assert.Equal(firmware.OrderBy(p => p.Key), page.OrderBy(p => p.Key));
    }

    [Fact]
    public void A_GPIO_that_is_named_is_the_number_beside_it()
    {
        foreach (var row in File.ReadLines(Path.Combine(Repository.Root, "hardware-docs/pins.md")).Where(l => l.StartsWith("| ") && l.Contains("GPIO")))
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries);
            var named = AdcChannel().Match(cells[2]) is { Success: true } channel ? channel : Gpio().Match(cells[2]);
            Assert.Equal(cells[4], named.Groups[1].Value);
        }
    }

    /// <summary>The pins and channels of Board.cs; what is not a wire (a bus number, the log's budget) is no part of the table.</summary>
    static Dictionary<string, int> Firmware()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "firmware/Device/Board.cs"));
        var pins = Setting().Matches(source).Where(m => m.Groups[1].Value is not ("I2cBusId" or "LogBudgetBytes"))
            .ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value));
        var channels = Channels().Match(source).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);
        for (var i = 0; i < channels.Length; i++) pins[$"MoistureAdcChannels[{i}]"] = int.Parse(channels[i]);
        return pins;
    }

    [GeneratedRegex(@"^\s+(\w+) = (\d+),", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"MoistureAdcChannels = new int\[\] \{ ([^}]+) \}")]
    private static partial Regex Channels();

    [GeneratedRegex(@"GPIO (\d+)")]
    private static partial Regex Gpio();

    [GeneratedRegex(@"ADC1 channel (\d+)")]
    private static partial Regex AdcChannel();
}
