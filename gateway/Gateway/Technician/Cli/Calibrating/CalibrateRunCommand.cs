using System.CommandLine;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Sessions;
using FourPerMille.Sensor.Gateway.Technician.Locales;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating;

/// <summary><c>fpm calibrate run</c>: from the probe in the hand to its certificate, step by step; stopped anywhere, it goes on there.</summary>
static class CalibrateRunCommand
{
    static readonly Argument<string> Node = new("node") { Description = "The node the probe is plugged into." };
    static readonly Argument<string> Kind = new("kind") { Description = "moisture, temperature, co2 or spectral-head." };
    static readonly Option<int> Channel = new("--channel") { Description = "Which of its probes: 0 is the shallowest." };
    static readonly Option<string?> Serial = new("--serial") { Description = "Serial number on the probe's cable; asked for where it is not given." };
    static readonly Option<string> By = new("--by") { Description = "The technician.", DefaultValueFactory = _ => Environment.UserName };
    static readonly Option<string?> Answers = new("--answers") { Description = "A JSON file with all answers, instead of asking: probeSerial, reference, place, validMonths, steps [{step, …inputs, between: [low, high]}]." };
    static readonly Option<int> Patience = new("--patience") { Description = "Seconds to wait for a probe to settle, before a script gives up.", DefaultValueFactory = _ => 900 };

    static CalibrateRunCommand() => Kind.AcceptOnlyFromAmong([.. Enum.GetValues<CertificateKind>().Select(Certificate.Word)]);

    public static Command Create()
    {
        var run = new Command("run", """
            Calibrate a probe on its node's bench: shows what the probe says now, asks what was true, and signs the certificate.
            Every point is kept as it is taken: after an interruption the same command goes on. Ends with 1 where no certificate came of it yet.

            Examples:
              fpm calibrate run 0004a30b001c0530 moisture --channel 0 --serial M-104
              fpm calibrate run 0004a30b001c0530 temperature --answers bath.json
            """) { Node, Kind, SharedOptions.Data, Channel, Serial, By, Answers, Patience };
        run.SetAction(Run);
        return run;
    }

    static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        var say = SharedOptions.Say(parsed);
        using var gateway = AdminClient.To(parsed.GetRequiredValue(SharedOptions.Data));
        ICalibrationAnswers answers = parsed.GetValue(Answers) is { } file ? ScriptedAnswers.Read(file) : new AskedAnswers(say);
        var kind = parsed.GetRequiredValue(Kind);
        var session = await CalibrationLine.Begin(gateway, new JsonObject
        {
            ["node"] = parsed.GetRequiredValue(Node).ToLowerInvariant(), ["kind"] = kind, ["channel"] = parsed.GetValue(Channel),
            ["probeSerial"] = parsed.GetValue(Serial) ?? answers.Text("probeSerial", say["calibrations.serial"]), ["technician"] = parsed.GetRequiredValue(By),
        }, stop);
        // With --json the answer alone stands on standard output; what a person follows goes beside it.
        var tell = parsed.GetValue(SharedOptions.Json) ? Console.Error : Console.Out;
        if (session.Points > 0) await tell.WriteLineAsync(say["terminal.resumed", session.Id, session.Points]);
        var walk = new CalibrationWalk(session, answers, new BenchLine(say, tell, TimeSpan.FromSeconds(parsed.GetValue(Patience))), say, tell);
        var certificate = await walk.ToCertificate(stop);
        if (certificate is null)
        {
            await tell.WriteLineAsync(say["terminal.kept", session.Id]);
            if (parsed.GetValue(SharedOptions.Json)) JsonOutput.Write(session.State);
            return ExitCode.Finding;
        }
        JsonOutput.Show(parsed, certificate, () => Console.WriteLine($"{say["calibration.issued"]} {certificate["id"]}, {certificate["recordId"]}"));
        return ExitCode.Done;
    }
}

/// <summary>The way through the steps to the certificate. What decides is the plan; what answers is a person or a file.</summary>
sealed class CalibrationWalk(CalibrationLine session, ICalibrationAnswers answers, BenchLine bench, Wording say, TextWriter tell)
{
    /// <returns>The certificate, or null where it was stopped before; what is done is kept.</returns>
    public async Task<JsonNode?> ToCertificate(CancellationToken stop)
    {
        while (true)
        {
            if (session.NextStep() is { } step)
            {
                if (!await Take(step, stop)) return null;
            }
            else if (session.Missing == "oven")
            {
                if (!await Weigh(stop)) return null;
            }
            else if (session.Missing is not null)
            {
                // The points do not fix the curve: the last step again, further apart.
                await tell.WriteLineAsync(say.Of("calibration-wants", session.Missing, session.MissingCount));
                if (!await Take(CalibrationPlan.Of(session.Kind)[^1], stop)) return null;
            }
            else
            {
                return await Issue(stop);
            }
        }
    }

    async Task<bool> Take(PlanStep step, CancellationToken stop)
    {
        await tell.WriteLineAsync($"\n{say.Of("step", step.Word)}: {say.Of("step-how", step.Word)}");
        if (!answers.Begin(step, session.Points)) return false;
        if (!await bench.Settled(session, answers.Between, stop)) return false;
        if (await Refusable(async () => await session.Take(step.Word, Inputs(step.Now), stop), step.Now) is not { } taken) return false;
        if (taken) await tell.WriteLineAsync(say["terminal.point-taken", session.Points, say.Of("step", step.Word)]);
        return true;
    }

    /// <summary>Dry masses of what was in the oven; the technician may come back for them tomorrow.</summary>
    async Task<bool> Weigh(CancellationToken stop)
    {
        await tell.WriteLineAsync(say.Of("calibration-wants", "oven", session.MissingCount));
        foreach (var (number, later) in session.Unweighed())
        {
            await tell.WriteLineAsync(say["terminal.weigh", number + 1]);
            if (!answers.Weigh(number) || await Refusable(async () => await session.Complete(number, Inputs(later), stop), later) is null) return false;
        }
        return true;
    }

    async Task<JsonNode?> Issue(CancellationToken stop)
    {
        foreach (var complaint in session.Complaints) await tell.WriteLineAsync("! " + say.Complaint(complaint));
        if (answers.Text("reference", say["calibration.reference"]) is not { Length: > 0 } reference) return null;
        return await session.Issue(reference, answers.Text("place", say["calibration.place"]), answers.Months(say["calibration.months"]), stop);
    }

    JsonObject Inputs(IReadOnlyList<PlanInput> wanted)
    {
        var given = new JsonObject();
        foreach (var input in wanted) given[input.Name] = answers.Number(input) ?? throw new StoppedException();
        return given;
    }

    /// <summary>A person is told what was refused and tries again (false); a script ends with it. Null: stopped.</summary>
    async Task<bool?> Refusable(Func<Task> deed, IReadOnlyList<PlanInput> asked)
    {
        try
        {
            await deed();
            return true;
        }
        catch (StoppedException)
        {
            return null;
        }
        catch (InputRefused refused) when (answers.MayTryAgain)
        {
            await tell.WriteLineAsync("! " + say.Of(refused));
            return asked.Count == 0 && !answers.Begin(CalibrationPlan.Of(session.Kind)[^1], session.Points) ? null : false;
        }
    }
}

/// <summary>Somebody stopped in the middle of a step; nothing of it was taken.</summary>
sealed class StoppedException : Exception;
