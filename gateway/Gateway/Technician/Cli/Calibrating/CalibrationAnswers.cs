using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating;

/// <summary>Who answers what a calibration asks: a person at the terminal, or a file.</summary>
interface ICalibrationAnswers
{
    /// <summary>The probe is brought to where the step wants it. False: stop here.</summary>
    bool Begin(PlanStep step, int point);

    /// <summary>The dry mass of a point is at hand. False: not yet.</summary>
    bool Weigh(int point);

    /// <summary>What the settled probe must say before it counts as being in its place; null where a person sees to that.</summary>
    (double Low, double High)? Between { get; }

    bool MayTryAgain { get; }

    /// <summary>Null: stop here.</summary>
    double? Number(PlanInput input);
    string? Text(string name, string question);
    int Months(string question);
}

/// <summary>A person: asked on standard output, read from standard input. <c>q</c> stops; what is done is kept.</summary>
sealed class AskedAnswers(Wording say) : ICalibrationAnswers
{
    const int UsualMonths = 12;

    public (double Low, double High)? Between => null;
    public bool MayTryAgain => true;

    public bool Begin(PlanStep step, int point) => Ask(say["terminal.press-enter"]) is not null;
    public bool Weigh(int point) => true;

    public double? Number(PlanInput input)
    {
        while (Ask(string.Create(CultureInfo.InvariantCulture, $"{say.Of("input", input.Name)} ({input.Unit}{(input.Usual is { } usual ? $", {usual}" : "")})")) is { } typed)
        {
            if (typed.Length == 0 && input.Usual is { } taken) return taken;
            // Somebody types 0,05 and somebody 0.05; nobody types thousands here.
            if (double.TryParse(typed.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                try { return input.Checked(number); }
                catch (InputRefused refused) { Console.Error.WriteLine("! " + say.Of(refused)); }
            }
            else
            {
                Console.Error.WriteLine("! " + say["refusal.not-a-number", typed]);
            }
        }
        return null;
    }

    public string? Text(string name, string question) => Ask(question);

    public int Months(string question) => Number(question) ?? UsualMonths;

    int? Number(string question) => int.TryParse(Ask($"{question} ({UsualMonths})"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Null for q and for the end of the input.</summary>
    static string? Ask(string question)
    {
        Console.Error.Write(question + ": ");
        return Console.In.ReadLine()?.Trim() is { } typed and not "q" ? typed : null;
    }
}

/// <summary>A file: what a person would have typed, point by point. Points that are taken already are passed over, so an interrupted script goes on.</summary>
sealed class ScriptedAnswers : ICalibrationAnswers
{
    readonly string _file;
    readonly JsonObject _all;
    JsonObject _now = [];

    ScriptedAnswers(string file, JsonObject all) => (_file, _all) = (file, all);

    /// <exception cref="InputRefused">No such file, or no such answers in it.</exception>
    public static ScriptedAnswers Read(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject all && all["steps"] is JsonArray ? new ScriptedAnswers(file, all) : throw new InputRefused($"{file}: holds no steps: [{{\"step\": …}}].");
        }
        catch (Exception broken) when (broken is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputRefused($"{file}: {broken.Message}");
        }
    }

    public (double Low, double High)? Between => _now["between"] is JsonArray { Count: 2 } ends ? ((double)ends[0]!, (double)ends[1]!) : null;
    public bool MayTryAgain => false;

    public bool Begin(PlanStep step, int point)
    {
        if (_all["steps"]!.AsArray().ElementAtOrDefault(point) is not JsonObject now) return false;
        if ((string?)now["step"] != step.Word) throw new InputRefused($"{_file}: step {point + 1} is '{now["step"]}', but the calibration wants '{step.Word}' now.");
        _now = now;
        return true;
    }

    public bool Weigh(int point)
    {
        if (_all["steps"]!.AsArray().ElementAtOrDefault(point) is not JsonObject now || now["dry"] is null) return false;
        _now = now;
        return true;
    }

    public double? Number(PlanInput input) => _now[input.Name] is { } given ? Finite(input.Name, given) : input.Usual ?? throw new InputRefused($"{_file}: a step '{_now["step"]}' lacks '{input.Name}' ({input.Unit}).");

    double Finite(string name, JsonNode given) =>
        given is JsonValue value && value.TryGetValue<double>(out var number) ? number : throw new InputRefused($"{_file}: '{name}' is '{given}', which is no number.");

    public string? Text(string name, string question) => (string?)_all[name];
    public int Months(string question) => (int?)_all["validMonths"] ?? 12;
}
