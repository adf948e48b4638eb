using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Unit.Node;
using FourPerMille.Sensor.VirtualBoard.Chips;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>The deeds of a technician on the console, in whatever language the visitor speaks.</summary>
static class Technician
{
    // The order in which the node's probes are listed: three of moisture, three of temperature, the heads.
    public const int FirstTemperature = 3, Co2 = 6, SpectralHead = 7;

    public static async Task SignIn(this Visitor visitor, string name)
    {
        await visitor.Go("/sign-in");
        await visitor.Fill(visitor.Say["sign-in.name"], name);
        await visitor.Fill(visitor.Say["sign-in.password"], FieldDay.Password);
        await visitor.TapButton("sign-in.enter");
    }

    /// <summary>From the address in the QR code of fpm setup to the plan.</summary>
    public static async Task OpenFirstAccount(this Visitor visitor, string code, string name)
    {
        await visitor.Go("/setup?code=" + Uri.EscapeDataString(code));
        await visitor.Picture("setup-" + visitor.Say.Language.Code);
        await visitor.Fill(visitor.Say["setup.name"], name);
        await visitor.Fill(visitor.Say["setup.password", Account.ShortestPassword], FieldDay.Password);
        await visitor.TapButton("setup.open");
        await visitor.Sees(visitor.Say["plan.empty"]);
    }

    public static async Task Begin(this Visitor visitor, int listed, string serial)
    {
        await visitor.Tap(AriaRole.Link, visitor.Say["place.calibrations"]);
        await visitor.Fill(visitor.Say["calibrations.serial"], serial, listed);
        await visitor.Tap(AriaRole.Button, visitor.Say["calibrations.begin"], listed);
    }

    /// <summary>Looks at the bench again and takes the point.</summary>
    public static async Task Take(this Visitor visitor, params (string Input, string Unit, string Text)[] typed)
    {
        await visitor.Go(new Uri(visitor.Page.Url).AbsolutePath);
        foreach (var (input, unit, text) in typed) await visitor.Fill($"{visitor.Say.Of("input", input)} ({unit})", text);
        await visitor.TapButton("calibration.take");
        Assert.False(await visitor.Page.Locator(".refusal").IsVisibleAsync(), "a point was refused");
    }

    public static async Task Sign(this Visitor visitor, string reference)
    {
        await visitor.Fill(visitor.Say["calibration.reference"], reference);
        await visitor.TapButton("calibration.issue");
        await visitor.Sees(visitor.Say["certificate.title"]);
    }

    /// <summary>Takes along the bytes of the record that is looked at, and its proof.</summary>
    public static async Task SavesTheRecord(this Visitor visitor, string id)
    {
        Assert.Equal(id, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(await visitor.Save(AriaRole.Link, "records.bytes"))));
        Assert.StartsWith("c2sp.org/tlog-proof", Encoding.UTF8.GetString(await visitor.Save(AriaRole.Link, "records.proof-file")));
    }

    /// <summary>On paper there is what the page is about, and nothing that can only be tapped.</summary>
    public static async Task Prints(this Visitor visitor, string about)
    {
        await visitor.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await visitor.Page.Locator(".bar").IsVisibleAsync());
        Assert.True(await visitor.Page.Locator(about).IsVisibleAsync());
        Assert.NotEmpty(await visitor.Page.PdfAsync(new() { Format = "A4" }).WaitAsync(TimeSpan.FromMinutes(2)));
        await visitor.Page.EmulateMediaAsync(new() { Media = Media.Screen });
    }

    /// <summary>Volts that the board reads as so many counts: 12 bits over 3.3 V.</summary>
    public static double Volts(double counts) => counts * 3.3 / 4095;

    /// <summary>A number as somebody of that language types it.</summary>
    public static string Typed(this Visitor visitor, double number) => visitor.Say.Plain(Math.Round(number, 2));

    public static Action<VirtualNode> Moisture(int depth, double counts) => node => node.MoistureVolts[depth] = Volts(counts);

    public static Action<VirtualNode> Celsius(int depth, double celsius) => node => node.SoilCelsius[depth] = celsius;

    public static Action<VirtualNode> Gas(double ppm) => node => node.SoilAir = node.SoilAir with { Ppm = ppm };

    /// <summary>The head on a surface of this reflectance: its lamp comes back weakened, the dark stays.</summary>
    public static Action<VirtualNode> Surface(double reflectance) => node => node.Scene = new SpectralScene([.. Enumerable.Repeat(0.02, 18)], [.. Enumerable.Range(0, 18).Select(i => (2 + 0.5 * i) * reflectance)]);
}
