using FourPerMille.Sensor.Gateway.SocModels.Candidates;

namespace FourPerMille.Sensor.Gateway.Technician.Locales;

/// <summary>Lines of the gate as sentences, the same on the console and the terminal.</summary>
static class GateWords
{
    /// <summary>What the rule found, and where it bars, what to do.</summary>
    public static string Of(Wording say, RuleLine line) => say.Of("model", line.Key, [.. line.Parts.Select(part => (object)(part switch
    {
        Figure figure => say.Number(figure.Value, figure.Decimals),
        int whole => say.Number((long)whole),
        var text => text,
    }))]);

    /// <summary>The rule's name.</summary>
    public static string Rule(Wording say, RuleLine line) => say.Of("model", "gate-" + line.Rule);

    public static string Severity(RuleVerdict verdict) => verdict switch { RuleVerdict.Bars => "alarm", RuleVerdict.Note => "note", _ => "good" };
}
