using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Estimates;
using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.SocModels.Cores;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Unit.Gateway;
using FourPerMille.Sensor.Unit.Technician;
using FourPerMille.Sensor.Unit.Technician.Terminal;

namespace FourPerMille.Sensor.Unit.SocModels;

/// <summary>From cores to a model in force, over a real gateway and soils made up by the test.</summary>
public sealed class CandidateTests
{
    [Fact]
    public async Task Cores_become_a_model_on_record_that_speaks_for_the_region()
    {
        await using var gateway = await TestGateway.Run();
        await Whole(gateway);
        var candidate = await Trained(gateway);
        Assert.True(candidate.State == CandidateState.Ready, candidate.Reason);
        Assert.Equal((40, 40, CandidateBasis.Cores), (candidate.Points, candidate.Cores.Count, candidate.Basis));
        Assert.InRange(candidate.Figures!.Rmsecv, 0.05, 2);
        var gate = gateway.Get<CandidateBook>().Gate(candidate);
        Assert.True(AcceptanceRules.MayBeAccepted(gate), string.Join("; ", gate.Where(l => l.Verdict == RuleVerdict.Bars).Select(l => $"{l.Rule} {string.Join(' ', l.Parts)}")));
        Assert.Null(gateway.Get<ModelBook>().InForce("france"));

        var accepted = await gateway.Get<CandidateBook>().Accept("village", candidate.Id, 1, "ada", recompute: true, default);
        Assert.Equal(candidate.ModelId, gateway.Get<ModelBook>().InForce("france")!.Id);
        var record = await gateway.GetJson($"/api/records/{accepted.RecordId}");
        Assert.Equal(40, (int)record["cores"]!["count"]!);
        Assert.Equal(gateway.Get<ModelCampaigns>().Required("village").RecordId.ToString(), (string)record["campaign"]!);
        Assert.StartsWith("sha256:", (string)record["acceptedBy"]!);
        Assert.DoesNotContain("ada", record.ToJsonString());
        Assert.Equal(40, (int)record["validation"]!["judged"]!);
        Assert.Equal(40L, Records(gateway, "fpm.laboratory-sample/1"));
        var sample = (await gateway.GetJson("/api/records?type=fpm.laboratory-sample/1&limit=1")).ToJsonString();
        Assert.Contains("village/", sample);
        Assert.Equal("model.refused-changed", (await Assert.ThrowsAsync<InputRefused>(() => gateway.Get<CandidateBook>().Accept("village", candidate.Id, 1, "ada", true, default))).Key);
        Assert.Equal("model.refused-decided", (await Assert.ThrowsAsync<InputRefused>(() => gateway.Get<CandidateBook>().Accept("village", candidate.Id, 2, "ada", true, default))).Key);
    }

    [Fact]
    public async Task A_library_is_spiked_as_it_was_before_it_knew_the_cores_and_the_same_samples_stay_one_record()
    {
        await using var gateway = await MadeUpSoil.Prepared();
        await Whole(gateway);
        var library = gateway.Get<ModelBook>().InForce("france")!.Id;
        var first = await Trained(gateway);
        Assert.Equal((CandidateBasis.Library, library, 120), (first.Basis, first.Parent, first.LibrarySamples));
        await gateway.Get<CandidateBook>().Accept("village", first.Id, 1, "ada", recompute: false, default);
        Assert.Equal(40, gateway.Get<ModelBook>().InForce("france")!.Model.Lineage!.LocalSamples);

        var second = await Trained(gateway);
        Assert.Equal(library, second.Parent);
        Assert.Equal(first.ModelId, second.ModelId);
        await gateway.Get<CandidateBook>().Accept("village", second.Id, 2, "ada", recompute: false, default);
        Assert.Equal(40L, Records(gateway, "fpm.laboratory-sample/1"));
        var again = await Typed.Run("records", "recompute", "--all", "--data", gateway.Folder);
        Assert.True(again.Code == 0, again.Said);
    }

    [Fact]
    public async Task A_swapped_bag_is_found_barred_left_out_with_its_reason_and_wants_a_new_training()
    {
        await using var gateway = await TestGateway.Run();
        var samples = await Whole(gateway, (number, soc) => number == 5 ? soc * 4 : soc);
        var candidate = await Trained(gateway);
        var (book, cores) = (gateway.Get<CandidateBook>(), gateway.Get<CoreBook>());
        Assert.Contains(samples[4].Id, AcceptanceRules.OutliersOf(candidate));
        var refused = await Assert.ThrowsAsync<InputRefused>(() => book.Accept("village", candidate.Id, 1, "ada", true, default));
        Assert.Equal("model.refused-barred", refused.Key);
        Assert.Contains("outliers", refused.Message);
        Assert.Equal("model.refused-reason", (await Assert.ThrowsAsync<InputRefused>(() => cores.LeaveOut("village", 1, samples[4].Id, "wrong", default))).Key);
        await cores.LeaveOut("village", 1, samples[4].Id, "bag and label did not agree", default);
        Assert.Equal(RuleVerdict.Bars, book.Gate(candidate).Single(l => l.Rule == "inputs").Verdict);

        var again = await Trained(gateway);
        Assert.Equal(39, again.Cores.Count);
        Assert.Equal((samples[4].Id, "bag and label did not agree"), (again.LeftOut[0].Sample, again.LeftOut[0].Reason));
        Assert.Equal(RuleVerdict.Note, book.Gate(again).Single(l => l.Rule == "leftout").Verdict);
        var accepted = await book.Accept("village", again.Id, 2, "ada", true, default);
        Assert.Equal(1, (int)(await gateway.GetJson($"/api/records/{accepted.RecordId}"))["cores"]!["leftOut"]!);
    }

    [Fact]
    public async Task Too_few_cores_give_no_candidate_and_a_first_look_is_barred_with_what_is_missing()
    {
        await using var gateway = await TestGateway.Run();
        var samples = await LaboratoryTests.Planned(gateway, cores: 40);
        Assert.Equal("model.refused-few-whole", (await Assert.ThrowsAsync<InputRefused>(() => gateway.Get<CandidateBook>().Begin("village", null, "ada", default))).Key);
        await Fill(gateway, samples.Take(20).ToList());
        var candidate = await Trained(gateway);
        var line = gateway.Get<CandidateBook>().Gate(candidate).Single(l => l.Rule == "cores");
        Assert.Equal((RuleVerdict.Bars, 10), (line.Verdict, (int)line.Parts[2]));
        Assert.Equal("model.refused-no-library", (await Assert.ThrowsAsync<InputRefused>(() => gateway.Get<CandidateBook>().Begin("village", CandidateBasis.Library, "ada", default))).Key);
    }

    [Fact]
    public async Task A_training_the_gateway_was_stopped_in_says_so_and_the_campaign_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-model-").FullName;
        try
        {
            await using (var gateway = await TestGateway.Run(folder))
            {
                await Whole(gateway);
                await gateway.Get<Database>().Write(session => session.Execute("INSERT INTO model_candidates (campaign, state, content) VALUES ('village', 'training', @0)",
                    new ModelCandidate { Campaign = "village", State = CandidateState.Training, Begun = TestGateway.Start, By = "ada", Basis = CandidateBasis.Cores, Inputs = "" }.ToJson()));
            }
            await using var restarted = await TestGateway.Run(folder);
            using var ada = await Technician(restarted, "en");
            Assert.Contains("The gateway was stopped during this training", await ada.Page("/calibrations/models/village"));
            Assert.Equal(40, restarted.Get<CoreBook>().Entries("village").Count(e => e.IsWhole));
            Assert.Equal(CandidateState.Ready, (await Trained(restarted)).State);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task On_the_console_a_technician_looks_refuses_with_a_reason_and_accepts_another()
    {
        await using var gateway = await TestGateway.Run();
        await Whole(gateway);
        using var ada = await Technician(gateway, "es");
        var begun = await ada.Submit("/calibrations/models/village", "/calibrations/models/village/do/train", ("basis", ""));
        await gateway.Get<Agenda>().Settled();
        var path = begun.Location!.ToString();
        var page = await ada.Page(path);
        Assert.Equal(5, page.Split("class=\"series plot\"").Length - 1);
        Assert.DoesNotContain("⟦", page);
        Assert.Contains("LCCC", page);
        Assert.Contains("¿Puede aceptarse?", page);
        Assert.True(page.Length < 100_000, $"{page.Length} characters");

        foreach (var language in new[] { "en", "fr", "de" })
        {
            using var reader = new ConsoleVisitor(gateway.Running.Http, language);
            await reader.SignIn("ada", "maize after beans");
            foreach (var below in new[] { "", "/village", "/village/sheet", "/village/labels", "/village/cores", "/village/laboratory", "/village/candidates/1" })
            {
                var read = await reader.Page("/calibrations/models" + below);
                Assert.DoesNotContain("⟦", read);
                Assert.DoesNotMatch(@"\{\d\}", read);
                if (language != "en") Assert.Empty(LocaleFormatTests.Leaks(read));
            }
        }

        var (_, refused, _) = await ada.Submit(path, "/calibrations/models/village/do/decline", ("reason", "no"));
        Assert.Contains("un auditor lo leerá", await ada.Page(refused!.ToString()));
        await ada.Submit(path, "/calibrations/models/village/do/decline", ("reason", "las muestras se secaron demasiado"));
        Assert.Contains("Rechazado por ada", await ada.Page(path));
        Assert.Contains(gateway.Get<Database>().Read(session => AuditTrail.Newest(session, 20)), entry => entry.What == AuditTrail.ModelDeclined && entry.Detail.Contains("se secaron demasiado"));

        var second = (await ada.Submit("/calibrations/models/village", "/calibrations/models/village/do/train", ("basis", "cores"))).Location!.ToString();
        await gateway.Get<Agenda>().Settled();
        await ada.Submit(second, "/calibrations/models/village/do/accept", ("recompute", "on"));
        Assert.Contains("Aceptado por ada", await ada.Page(second));
        Assert.NotNull(gateway.Get<ModelBook>().InForce("france"));

        await gateway.Get<AccountBook>().Open("ivo", Role.Auditor, "maize after beans", "test", default);
        using var ivo = new ConsoleVisitor(gateway.Running.Http);
        await ivo.SignIn("ivo", "maize after beans");
        Assert.DoesNotContain("<form method=\"post\" action=\"/calibrations", await ivo.Page(second));
        Assert.Contains("not-allowed", (await ivo.Post("/calibrations/models/village/do/train")).Location!.ToString());
    }

    [Fact]
    public async Task A_script_goes_all_the_way_on_the_terminal()
    {
        await using var gateway = await TestGateway.Run();
        string At(string file) => Path.Combine(gateway.Folder, file);
        await File.WriteAllTextAsync(At("village.geojson"), PlanTests.TwoFields);
        string[] Words(params string[] words) => ["calibrate", "model", .. words, "--data", gateway.Folder, "--language", "en"];
        var plan = await Typed.Json(0, Words("plan", "village", "--region", "france", "--boundary", At("village.geojson"), "--layers", "0-30", "--cores", "40", "--seed", "00000000deadbeef", "--csv", At("list.csv"), "--geojson", At("points.geojson"), "--by", "ada"));
        Assert.Equal(("00000000deadbeef", 40), ((string)plan["seed"]!, plan["points"]!.AsArray().Count));
        Assert.Equal(41, File.ReadAllLines(At("list.csv")).Length);
        Assert.Equal(0, (await Typed.Run(Words("labels", "village", "--out", At("labels.html")))).Code);
        Assert.Equal(40, File.ReadAllText(At("labels.html")).Split("<svg").Length - 1);

        var samples = gateway.Get<ModelCampaigns>().Samples("village");
        await File.WriteAllBytesAsync(At("spectra.csv"), MadeUpCores.Spectra(samples));
        await File.WriteAllBytesAsync(At("lab.csv"), [.. MadeUpCores.Laboratory(samples), .. Encoding.UTF8.GetBytes("7K3M-999A-0;12;g/kg;ISO 10694;lab\r\n")]);
        Assert.Equal(0, (await Typed.Run(Words("import", "village", At("spectra.csv"), "--spectra"))).Code);
        var (code, said) = await Typed.Run(Words("import", "village", At("lab.csv")));
        Assert.Equal(1, code);
        Assert.Contains("Line 42, without a sample: “7K3M-999A-0” is mistyped", said);

        var trained = await Typed.Run(Words("train", "village"));
        Assert.True(trained.Code == 0, trained.Said);
        Assert.Contains("✓  Enough cores: 40 cores", trained.Said);
        Assert.Equal(2, await Code(Words("refuse", "village", "1", "--reason", "no")));
        var accepted = await Typed.Json(0, Words("accept", "village", "1", "--yes", "--by", "ada"));
        Assert.Equal(gateway.Get<ModelBook>().InForce("france")!.Id, (string)accepted["model"]!);
        Assert.Contains("Candidate 1: accepted", (await Typed.Run(Words("show", "village"))).Said);

        static async Task<int> Code(string[] words) => (await Typed.Run(words)).Code;
    }

    static async Task<IReadOnlyList<CoreSample>> Whole(TestGateway gateway, Func<int, double, double>? laboratory = null)
    {
        var samples = await LaboratoryTests.Planned(gateway, cores: 40);
        await Fill(gateway, samples, laboratory);
        return samples;
    }

    static async Task Fill(TestGateway gateway, IReadOnlyList<CoreSample> samples, Func<int, double, double>? laboratory = null)
    {
        var spectra = await gateway.Get<CoreBook>().Import("village", MadeUpCores.Spectra(samples), "spectra.csv", "ada", default);
        Assert.Equal(samples.Count, spectra.Count(LineState.Taken));
        Assert.Equal(samples.Count, (await gateway.Get<LaboratoryBook>().Import("village", MadeUpCores.Laboratory(samples, laboratory), "lab.csv", "ada", false, default)).Count(LineState.Taken));
    }

    static async Task<ModelCandidate> Trained(TestGateway gateway)
    {
        var begun = await gateway.Get<CandidateBook>().Begin("village", null, "ada", default);
        await gateway.Get<Agenda>().Settled();
        return gateway.Get<CandidateBook>().Required("village", begun.Id);
    }

    static async Task<ConsoleVisitor> Technician(TestGateway gateway, string language)
    {
        await gateway.Get<AccountBook>().Open("ada", Role.Technician, "maize after beans", "test", default);
        var visitor = new ConsoleVisitor(gateway.Running.Http, language);
        await visitor.SignIn("ada", "maize after beans");
        return visitor;
    }

    static long Records(TestGateway gateway, string type) => gateway.Get<Database>().Read(session => session.Scalar<long>("SELECT COUNT(DISTINCT id) FROM records WHERE type = @0", type));
}
