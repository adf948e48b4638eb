using FourPerMille.Sensor.Pictures.Architecture;
using FourPerMille.Sensor.Pictures.Wiring;

namespace FourPerMille.Sensor.Pictures;

/// <summary>A picture of the documents, drawn from the code.</summary>
/// <param name="Path">Of its file, from the root of the checkout.</param>
/// <param name="Draw">The whole file's text.</param>
public sealed record Picture(string Path, Func<string> Draw)
{
    public static IReadOnlyList<Picture> All { get; } =
    [
        new("architecture.svg", ArchitecturePicture.Draw),
        new("hardware-docs/wiring.svg", () => WiringPicture.Draw(Circuit.Of(Device.Board.Layout()), Language.English)),
        new("hardware-docs/wiring.fr.svg", () => WiringPicture.Draw(Circuit.Of(Device.Board.Layout()), Language.French)),
    ];
}
