using FourPerMille.Sensor.Gateway.SocModels;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Time;
using FourPerMille.Sensor.Unit.SocModels;
using Microsoft.Playwright;

namespace FourPerMille.Sensor.Browser;

/// <summary>From a boundary to a model on record, on the console's pages: cores, their spectra and laboratory values, a training, and a technician's word.</summary>
[Collection(nameof(TwoRegions))]
public sealed class ModelTests(TwoRegions place)
{
    const int Cores = 40, LabelsAPage = 42;

    [BrowserFact]
    public async Task A_model_is_trained_looked_at_and_refused_with_a_reason_in_English_on_a_phone()
    {
        const string reason = "the lower field was limed after the cores were taken";
        await using var visitor = await place.SignedIn("bo", "en", Screen.Phone);
        await Sample(visitor, "village-en");
        await Train(visitor, "village-en", basis: "cores");
        await LookAt(visitor);

        var decision = new Uri(visitor.Page.Url).AbsolutePath;
        await visitor.Fill(visitor.Say["model.decline-why"], "no");
        await visitor.TapButton("model.decline");
        Assert.Equal(visitor.Say["model.refused-reason"], await visitor.Refusal());
        Assert.Equal("no", await visitor.Page.GetByLabel(visitor.Say["model.decline-why"]).InputValueAsync());
        await visitor.Fill(visitor.Say["model.decline-why"], reason);
        await visitor.TapButton("model.decline");
        visitor.Within(4, "a refusal, once without its reason");
        await visitor.Sees(reason);
        Assert.Equal(0, await visitor.Page.Locator("#decide").CountAsync());
        Assert.Null(place.Gateway.Get<CandidateBook>().Of("village-en").Single().RecordId);

        await visitor.Tap(AriaRole.Link, "village-en");
        await visitor.Sees(visitor.Say["model.short-declined"]);
        Assert.NotEqual(decision, new Uri(visitor.Page.Url).AbsolutePath);
    }

    [BrowserFact]
    public async Task A_model_is_trained_looked_at_and_accepted_in_French_on_a_desktop()
    {
        await using var visitor = await place.SignedIn("bo", "fr", Screen.Desktop);
        await Sample(visitor, "village-fr");
        await Train(visitor, "village-fr", basis: null);
        await LookAt(visitor);

        await visitor.TapButton("model.accept");
        visitor.Within(1, "an acceptance");
        var accepted = place.Gateway.Get<CandidateBook>().Of("village-fr").Single();
        Assert.Equal((CandidateState.Accepted, "bo"), (accepted.State, accepted.DecidedBy));
        await visitor.Tap(AriaRole.Link, accepted.RecordId!);
        visitor.Within(1, "from the candidate to the model's record");
        await visitor.SavesTheRecord(accepted.RecordId!);
        // Nobody's name stands on it; who accepted it is a fingerprint.
        Assert.DoesNotContain("bo", await visitor.Page.Locator(".tree > div", new() { HasText = "acceptedBy" }).Locator("dd").InnerTextAsync());
        await place.Gateway.Get<Agenda>().Settled();
    }

    /// <summary>Where to core, labels for the bags, what the head saw and what the laboratory found.</summary>
    async Task Sample(Visitor visitor, string name)
    {
        var language = visitor.Say.Language.Code;
        await visitor.Tap(AriaRole.Link, visitor.Say["place.calibrations"]);
        await visitor.Tap(AriaRole.Link, visitor.Say["model.link"]);
        await visitor.Fill(visitor.Say["model.name"], name);
        await visitor.Fill(visitor.Say["model.region"], "france");
        await visitor.FillNamed("Outline", Corners(visitor));
        await visitor.Fill(visitor.Say["model.cores-or-recommended"], $"{Cores}");
        await visitor.TapButton("model.draw");
        await visitor.Sees(visitor.Say["model.seed-drawn"]);
        visitor.Within(7, "a sampling plan");
        await visitor.Picture("campaign-" + language);
        var samples = place.Gateway.Get<ModelCampaigns>().Samples(name);
        await visitor.Tap(AriaRole.Link, visitor.Say["model.labels"]);
        Assert.Equal(Math.Min(samples.Count, LabelsAPage), await visitor.Page.Locator(".label svg").CountAsync());
        await visitor.Picture("bags-" + language);

        await visitor.Go("/calibrations/models/" + name);
        await visitor.Tap(AriaRole.Link, visitor.Say["model.to-cores"]);
        await visitor.Page.Locator("main details summary").ClickAsync();
        await visitor.Upload("spectra.csv", MadeUpCores.Spectra(samples), "model.read-in");
        await visitor.Go("/calibrations/models/" + name);
        await visitor.Tap(AriaRole.Link, visitor.Say["model.to-laboratory"]);
        await visitor.Upload("results.csv", MadeUpCores.Laboratory(samples), "model.read-in");
        visitor.Within(7, "labels, spectra and results");
        await visitor.Picture("laboratory-" + language);
        await visitor.Tap(AriaRole.Link, name);
        await visitor.Sees(visitor.Say["model.cores-progress", samples.Count, samples.Count]);
        await visitor.Sees(visitor.Say["model.laboratory-progress", samples.Count, samples.Count]);
    }

    /// <summary>A training begun by a tap and seen going on; the page says by itself when it is over.</summary>
    async Task Train(Visitor visitor, string name, string? basis)
    {
        if (basis is not null) await visitor.Choose("basis", basis);
        await using (await LateEnd(name))
        {
            await visitor.TapButton("model.train");
            visitor.Within(3, "a training");
            await visitor.Sees(visitor.Say["model.state-training"]);
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        }
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0, new() { Timeout = 120_000 });
        await visitor.Tap(AriaRole.Link, visitor.Say["model.reload"]);
        await visitor.Sees(visitor.Say["model.state-ready"]);
        visitor.Within(1, "from the training to its result");
    }

    /// <summary>
    /// Keeps the writer from the training's result until it is disposed of, so that the page can be seen while it goes on, however quick the machine is.
    /// It takes hold when the training has begun.
    /// </summary>
    async Task<IAsyncDisposable> LateEnd(string name)
    {
        var (looked, seen) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var book = place.Gateway.Get<CandidateBook>();
        var holding = Task.Run(async () =>
        {
            looked.SetResult();
            while (book.Of(name).Count == 0) await Task.Delay(2);
            await place.Gateway.Get<Database>().Write(_ => seen.Wait());
        });
        await looked.Task;
        return new Ending(async () => { seen.Set(); await holding; });
    }

    sealed class Ending(Func<Task> end) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await end();
    }

    /// <summary>The gate line by line, and the five plots: each with its axes, what it shows, and how it is read.</summary>
    async Task LookAt(Visitor visitor)
    {
        var page = visitor.Page;
        await visitor.Sees(visitor.Say["model.gate"]);
        Assert.Equal(12, await page.Locator(".concerns > li").CountAsync());
        Assert.True(await page.Locator(".concerns > li.alarm").CountAsync() == 0, string.Join('\n', await page.Locator(".concerns > li.alarm").AllInnerTextsAsync()));
        foreach (var plot in new[] { "measured", "residuals", "components", "domain", "coverage" })
        {
            var figure = page.Locator("figure", new() { Has = page.Locator("figcaption", new() { HasTextString = visitor.Say.Of("model", "plot-" + plot) }) });
            await figure.ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(figure.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
            // Ticks on both axes, and marks or a line of many strokes.
            Assert.InRange(await figure.Locator("text.tick").CountAsync(), 5, 40);
            Assert.NotEqual(0, await figure.Locator("path:not(.grid):not([d=''])").CountAsync());
            Assert.NotEmpty(await figure.Locator("p").InnerTextAsync());
        }
        await visitor.Picture("candidate-" + visitor.Say.Language.Code);
        await visitor.Picture("plots-" + visitor.Say.Language.Code, page.Locator("figure").First);
    }

    /// <summary>A field of some ten hectares, as walked.</summary>
    static string Corners(Visitor visitor) => string.Join('\n', new[] { (48.10, 1.50), (48.10, 1.504), (48.103, 1.504), (48.103, 1.50) }.Select(corner => $"{visitor.Say.Plain(corner.Item1)} {visitor.Say.Plain(corner.Item2)}"));
}
