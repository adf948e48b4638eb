using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>The limits that a procedure promises are those by which the program judges.</summary>
public sealed partial class ProcedureTests
{
    static readonly string[] Headings = ["Acceptance limits", "Limites d'acceptation"];

    /// <summary>Settings of the node that a page calls by their names in the identity file.</summary>
    static readonly Dictionary<string, byte> Settings = new()
    {
        ["battery_low_mv"] = Setting.BatteryLowMillivolts, ["battery_send_mv"] = Setting.BatterySendMillivolts, ["battery_floor_mv"] = Setting.BatteryFloorMillivolts,
    };

    public static TheoryData<string, string, string> Limits()
    {
        var limits = new TheoryData<string, string, string>();
        foreach (var page in Documentation.Pages.Where(page => page.StartsWith("hardware-docs/", StringComparison.Ordinal) && page.Contains("procedures/", StringComparison.Ordinal)))
            foreach (var row in Headings.SelectMany(heading => Documentation.Rows(page, heading)))
                limits.Add(page, row[1], row[2].Trim('`'));
        return limits;
    }

    [Fact]
    public void Every_probe_s_procedure_has_limits()
    {
        var pages = Documentation.Pages.Where(page => page.Contains("/procedures/", StringComparison.Ordinal) && !page.EndsWith("README.md", StringComparison.Ordinal));
        Assert.DoesNotContain(pages, page => !Headings.SelectMany(heading => Documentation.Rows(page, heading)).Any());
    }

    [Theory, MemberData(nameof(Limits))]
    public void An_acceptance_limit_is_the_constant_named_beside_it(string page, string limit, string name)
    {
        var said = double.Parse(Leading().Match(limit).Value.Replace(',', '.'), CultureInfo.InvariantCulture) * (limit.Contains('%') ? 0.01 : 1);
        Assert.True(Math.Abs(said - Value(name)) <= 1e-9, $"{page} says {limit} for {name}, which is {Value(name)}. Which of them is right?");
    }

    static double Value(string name)
    {
        if (Settings.TryGetValue(name, out var tag)) return Setting.UsualOf(tag);
        var path = name.Split('.');
        return path[0] switch
        {
            nameof(CalibrationPlan) => Input(path[1], path[2], path[3]),
            nameof(StabilityRule) => Number(typeof(StabilityRule).GetProperty(path[2])!.GetValue(typeof(StabilityRule).GetField(path[1])!.GetValue(null))!),
            _ => Constant(path[0], path[1]),
        };
    }

    /// <summary>What may be typed in at a step of a calibration: Least, Largest or Usual.</summary>
    static double Input(string step, string input, string bound) => Number(typeof(PlanInput).GetProperty(bound)!.GetValue(
        Enum.GetValues<CertificateKind>().SelectMany(CalibrationPlan.Of).First(s => s.Word == step).Now.Single(i => i.Name == input))!);

    /// <summary>A constant of the gateway's assemblies, or of the firmware's sources, which are an assembly of their own on the device.</summary>
    static double Constant(string type, string field)
    {
        var found = new[] { typeof(StabilityRule).Assembly, typeof(CalibrationPlan).Assembly }.SelectMany(a => a.GetTypes()).Where(t => t.Name == type)
            .Select(t => t.GetField(field, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)).FirstOrDefault(f => f is not null);
        if (found is not null) return Number(found.GetRawConstantValue()!);
        var source = File.ReadAllText(Directory.EnumerateFiles(Path.Combine(Repository.Root, "firmware/Node"), $"{type}.cs", SearchOption.AllDirectories).Single());
        return double.Parse(Regex.Match(source, $@"\b{field} = ([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>A text's number is the first it holds: "30 local cores …".</summary>
    static double Number(object value) => value is string text ? double.Parse(Leading().Match(text).Value, CultureInfo.InvariantCulture) : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d+(?:[.,]\d+)?")]
    private static partial Regex Leading();
}
