using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Gateway.SocModels.Candidates;

namespace FourPerMille.Sensor.Gateway.Technician.Web.Charts;

/// <summary>The five plots of a candidate, as points and lines. Pure.</summary>
static class CandidatePlots
{
    /// <summary>What lies beyond this many times a limit is drawn at the edge.</summary>
    const double DomainEdge = 3;

    /// <summary>Judged cores: their interval covers the laboratory's value, or is doubtful, or misses it.</summary>
    static IEnumerable<JudgedCore> Judged(ModelCandidate candidate) => candidate.Cores.Where(core => core.Estimate is not null);

    static string Mark(JudgedCore core) => !core.IsCovered ? "fail" : core.Verdict == Verdict.Out ? "suspect" : "point";

    public static (IReadOnlyList<PlotPoint> Points, IReadOnlyList<PlotLine> Lines) Measured(ModelCandidate candidate)
    {
        var points = Judged(candidate).Select(core => new PlotPoint(core.Observed, core.Estimate!.Value, core.Lower90, core.Upper90, Mark(core))).ToList();
        return (points, Diagonal(points));
    }

    public static (IReadOnlyList<PlotPoint> Points, IReadOnlyList<PlotLine> Lines) Residuals(ModelCandidate candidate)
    {
        var gross = AcceptanceRules.OutliersOf(candidate).ToHashSet();
        var points = Judged(candidate).Select(core => new PlotPoint(core.Estimate!.Value, core.Error!.Value, Mark: gross.Contains(core.Sample) ? "fail" : "point")).ToList();
        return (points, Level(points, 0));
    }

    public static (IReadOnlyList<PlotPoint> Points, IReadOnlyList<PlotLine> Lines) Components(ModelCandidate candidate)
    {
        var curve = candidate.Curve.Select((rmsecv, components) => (X: (double)components, Y: rmsecv)).ToList();
        return ([.. curve.Where(at => at.X == candidate.LatentVariables).Select(at => new PlotPoint(at.X, at.Y, Mark: "suspect"))], curve.Count > 1 ? [new("line", curve)] : []);
    }

    public static (IReadOnlyList<PlotPoint> Points, IReadOnlyList<PlotLine> Lines) Domain(ModelCandidate candidate) => (
        [.. candidate.Cores.Select(core => new PlotPoint(Math.Min(core.T2, DomainEdge), Math.Min(core.Q, DomainEdge), Mark: core.Verdict switch { Verdict.In => "point", Verdict.Out => "suspect", _ => "fail" }))],
        [new("limit", [(0, 1), (1, 1), (1, 0)])]);

    /// <summary>Cores in the order of their estimates, each with its interval about the laboratory's value.</summary>
    public static (IReadOnlyList<PlotPoint> Points, IReadOnlyList<PlotLine> Lines) Coverage(ModelCandidate candidate) => (
        [.. Judged(candidate).OrderBy(core => core.Estimate).Select((core, i) => new PlotPoint(i + 1, core.Observed, core.Lower90, core.Upper90, core.IsCovered ? "point" : "fail"))], []);

    static IReadOnlyList<PlotLine> Diagonal(List<PlotPoint> points) => points.Count == 0 ? [] :
        [new("limit", [(points.Min(p => Math.Min(p.X, p.Y)), points.Min(p => Math.Min(p.X, p.Y))), (points.Max(p => Math.Max(p.X, p.Y)), points.Max(p => Math.Max(p.X, p.Y)))])];

    static IReadOnlyList<PlotLine> Level(List<PlotPoint> points, double at) => points.Count == 0 ? [] : [new("limit", [(points.Min(p => p.X), at), (points.Max(p => p.X), at)])];
}
