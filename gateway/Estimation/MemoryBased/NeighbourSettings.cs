namespace FourPerMille.Sensor.Estimation.MemoryBased;

/// <summary>How memory-based learning remembers.</summary>
/// <param name="DistanceComponents">PLS scores in which distance is measured (Mahalanobis: scores have unit variance).</param>
/// <param name="Sizes">Neighbourhood sizes; the estimate is the mean over all.</param>
/// <param name="LeastComponents">Local models of this many components …</param>
/// <param name="MostComponents">… to this many are averaged.</param>
public sealed record NeighbourSettings(int DistanceComponents, int[] Sizes, int LeastComponents, int MostComponents)
{
    // Distance in more components than this listens to directions that carry little carbon (STUDY.md).
    const int MostDistanceComponents = 10;

    /// <summary>The settings tried; the one of least held-out error is taken.</summary>
    public static IReadOnlyList<NeighbourSettings> Candidates(int samples, int bands, int components)
    {
        int[][] sizes = [[40, 60, 80, 100], [60, 100, 150, 200], [100, 150, 200, 300]];
        (int Least, int Most)[] ranges = [(3, 10), (3, 15), (5, 20), (5, 25)];
        var distance = Math.Min(MostDistanceComponents, components);
        // A neighbourhood is a part of the calibration, not all of it; a local model has fewer components than bands.
        return [.. from some in sizes
                   let fitting = some.Select(k => Math.Min(k, samples / 2)).Distinct().ToArray()
                   from range in ranges
                   select new NeighbourSettings(distance, fitting, Math.Min(range.Least, bands), Math.Min(range.Most, bands))];
    }
}
