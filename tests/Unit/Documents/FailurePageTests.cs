using System.Reflection;
using System.Text.RegularExpressions;
using FourPerMille.Sensor.Gateway.Ingest;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Unit.Documents;

/// <summary>Whatever the program can complain of, somebody in the field can look up, in both languages.</summary>
public sealed partial class FailurePageTests
{
    public static TheoryData<string, string, string, string, string, string, string> Sections() => new()
    {
        { "hardware-docs/failures.md", "Concerns on the console", "Status bits of a reading", "Alarms", "What the gateway finds of itself", "Refusals at the door", "Lines on the USB cable" },
        { "hardware-docs/fr/failures.md", "Soucis de la console", "Bits d'état d'une mesure", "Alarmes", "Ce que la passerelle trouve d'elle-même", "Refus à la porte", "Lignes sur le câble USB" },
    };

    [Theory, MemberData(nameof(Sections))]
    public void Every_concern_status_bit_alarm_finding_and_refusal_of_the_code_is_in_its_table_and_nothing_else(string page, string concerns, string bits, string alarms, string findings, string refusals, string lines)
    {
        Assert.Equal(Enum.GetNames<ConcernKind>().Order(), Named(page, concerns));
        Assert.Equal(Constants(typeof(StatusBits)).Where(bit => bit.Name != nameof(StatusBits.All)).Select(bit => bit.Name).Order(), Named(page, bits));
        Assert.Equal(Raised().Order(), Named(page, alarms));
        Assert.Equal(Enum.GetNames<FindingKind>().Where(kind => kind is not (nameof(FindingKind.NodeConcern) or nameof(FindingKind.GatewayAlarm))).Order(), Named(page, findings));
        Assert.Equal(Constants(typeof(RefusalReason)).Select(reason => (string)reason.GetRawConstantValue()!).Order(), Named(page, refusals));
        Assert.NotEmpty(Named(page, lines));
    }

    [Theory, MemberData(nameof(Sections))]
    public void A_line_of_the_node_that_the_page_explains_is_one_that_the_firmware_says(string page, string concerns, string bits, string alarms, string findings, string refusals, string lines)
    {
        _ = (concerns, bits, alarms, findings, refusals);
        var firmware = string.Concat(Sources("firmware/Node").Select(File.ReadAllText));
        Assert.DoesNotContain(Named(page, lines), line => !firmware.Contains($"\"{line}", StringComparison.Ordinal));
    }

    static IEnumerable<string> Named(string page, string section) => Documentation.Rows(page, section).Select(row => row[0].Trim('`')).Order();

    static IEnumerable<FieldInfo> Constants(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral);

    /// <summary>The words under which the gateway raises alarms, as its sources write them.</summary>
    static IEnumerable<string> Raised() =>
        Sources("gateway/Gateway").SelectMany(source => Alarm().Matches(File.ReadAllText(source))).Select(call => call.Groups[1].Value).Distinct();

    static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(source => !source.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"(?:refusals\.Alarm|refusals\.AlarmOnce|LineAlarm\.Raise)\((?:[^""]|"""")*?""([a-zA-Z][^""{]+)""")]
    private static partial Regex Alarm();
}
