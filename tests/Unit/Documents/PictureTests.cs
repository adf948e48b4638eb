using System.Xml.Linq;
using FourPerMille.Sensor.Node;
using FourPerMille.Sensor.Pictures;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>The pictures that are drawn from the code (tools/Pictures) are those that it would draw today.</summary>
public sealed class PictureTests
{
    public static TheoryData<string> Pictures() => [.. Picture.All.Select(picture => picture.Path)];

    [Theory, MemberData(nameof(Pictures))]
    public void A_picture_is_what_the_command_draws_today(string path)
    {
        var drawn = Picture.All.Single(picture => picture.Path == path).Draw();
        Assert.True(File.ReadAllText(Path.Combine(Repository.Root, path)) == drawn,
            $"{path}: what it shows has changed. Run 'dotnet run --project tools/Pictures' and look at the picture.");
    }

    [Theory, MemberData(nameof(Pictures))]
    public void A_picture_can_be_read_out(string path)
    {
        var svg = XElement.Parse(Picture.All.Single(picture => picture.Path == path).Draw());
        XNamespace ns = "http://www.w3.org/2000/svg";
        var named = svg.Elements().Where(e => e.Name == ns + "title" || e.Name == ns + "desc").ToDictionary(e => e.Attribute("id")!.Value, e => e.Value.Length);
        Assert.Equal("img", svg.Attribute("role")?.Value);
        Assert.Equal(named.Keys, svg.Attribute("aria-labelledby")!.Value.Split(' '));
        Assert.All(named.Values, length => Assert.True(length > 10));
    }

    /// <summary>A pin that is added to the firmware's table must get its wire.</summary>
    [Fact]
    public void Every_pin_of_the_firmware_is_in_the_wiring()
    {
        var board = Device.Board.Layout();
        var pins = typeof(BoardLayout).GetProperties().Where(p => p.Name.EndsWith("Pin", StringComparison.Ordinal)).Select(p => $"GPIO {p.GetValue(board)}");
        var channels = board.MoistureAdcChannels.Append(board.BatteryAdcChannel).Select(channel => $"ADC1 ch {channel}");
        var texts = XElement.Parse(Picture.All.Single(p => p.Path == "hardware-docs/wiring.svg").Draw()).Descendants().Select(e => e.Value).ToHashSet();
        Assert.Empty(pins.Concat(channels).Except(texts));
    }
}
