using FourPerMille.Sensor.Estimation.Algebra;
using FourPerMille.Sensor.Estimation.Models;
using FourPerMille.Sensor.Estimation.Plsr;

namespace FourPerMille.Sensor.Estimation.MemoryBased;

/// <summary>
/// Memory-based learning (Ramirez-Lopez et al. 2013, Geoderma 195-196:268-279): a soil is estimated by small PLS models of the calibration soils most like
/// it. The estimate is the mean over several neighbourhood sizes and numbers of components, held within the range its neighbours span.
/// </summary>
sealed class NeighbourRegression : IRegression
{
    readonly RowMatrix _gram, _scores; // scores: samples x distance components
    readonly RowProducts _rows;
    readonly PlsModel _frame;
    readonly double[] _target, _weights;

    NeighbourRegression(RowProducts rows, PlsModel frame, double[] target, double[] weights, NeighbourSettings settings)
    {
        (_rows, _frame, _target, _weights, Settings) = (rows, frame, target, weights, settings);
        _gram = rows.Gram();
        _scores = frame.Scores(rows.Uncentred(), settings.DistanceComponents);
    }

    public NeighbourSettings Settings { get; }

    public static NeighbourRegression Restore(RowProducts rows, PlsModel frame, double[] target, double[] weights, NeighbourSettings settings) =>
        new(rows, frame, target, weights, settings);

    /// <summary>Holds out each fold, frame of distances included, for all candidate settings at once; takes the best.</summary>
    public static (NeighbourRegression, HeldOut) Train(RowProducts rows, PlsModel frame, double[] target, double[] weights, Folds folds)
    {
        var candidates = NeighbourSettings.Candidates(rows.Rows, frame.Bands, frame.Components);
        var answers = HoldOut(rows, target, weights, folds, candidates);
        double Error(int c) => Enumerable.Range(0, target.Length).Sum(i => weights[i] * Math.Pow(target[i] - answers[i][c].Estimate, 2));
        var best = Enumerable.Range(0, candidates.Count).MinBy(Error);
        return (new(rows, frame, target, weights, candidates[best]),
            new([.. target.Select((t, i) => t - answers[i][best].Estimate)], [.. answers.Select(a => a[best].Spread)]));
    }

    public void Predict(RowMatrix treated, Span<double> estimates, Span<double> spreads)
    {
        var scores = _frame.Scores(treated, Settings.DistanceComponents);
        var centred = treated.Copy();
        var centre = _rows.Centre.ToArray();
        for (var i = 0; i < centred.Rows; i++) Products.AddScaled(centred.Row(i), -1, centre);
        var answers = new Answer[treated.Rows];
        var everyone = Enumerable.Range(0, _rows.Rows).ToArray();
        Parallel.For(0, treated.Rows, i =>
        {
            var products = new double[_rows.Rows];
            Products.TimesTransposed(centred, i, 1, _rows.Centred, products, products.Length);
            var distances = new double[_rows.Rows];
            for (var j = 0; j < distances.Length; j++) distances[j] = SquaredDistance(scores.Row(i), _scores.Row(j));
            var order = Neighbourhoods.Nearest(distances, everyone, Settings.Sizes[^1]);
            var query = new Query(_gram, products, Products.Dot(centred.Row(i), centred.Row(i)), order, _target, _weights);
            answers[i] = Combine(Ask(query, Settings.Sizes, Settings.MostComponents), Settings);
        });
        for (var i = 0; i < answers.Length; i++) (estimates[i], spreads[i]) = (answers[i].Estimate, answers[i].Spread);
    }

    readonly record struct Answer(double Estimate, double Spread);

    /// <summary>One soil among its neighbours, nearest first.</summary>
    readonly record struct Query(RowMatrix Gram, double[] Products, double SquaredLength, int[] Order, double[] Target, double[] Weights);

    /// <summary>What one neighbourhood says: estimates after 0 … components, and the local error of calibration.</summary>
    readonly record struct Opinion(double[] Estimates, double LocalError);

    static Answer[][] HoldOut(RowProducts rows, double[] target, double[] weights, Folds folds, IReadOnlyList<NeighbourSettings> candidates)
    {
        var gram = rows.Gram();
        var answers = new Answer[rows.Rows][];
        int[] sizes = [.. candidates.SelectMany(c => c.Sizes).Distinct().Order()];
        var most = candidates.Max(c => c.MostComponents);
        var fold = 0;
        foreach (var path in PlsFit.Fit(rows, target, PlsCrossValidation.Weightings(weights, folds), candidates[0].DistanceComponents))
        {
            var (held, kept) = (folds.Held(fold), folds.Kept(fold));
            Parallel.ForEach(held, i =>
            {
                var distances = new double[rows.Rows];
                for (var a = 0; a < path.Components; a++)
                    for (var j = 0; j < distances.Length; j++)
                        distances[j] += Math.Pow(path.Score(j, a) - path.Score(i, a), 2);
                var order = Neighbourhoods.Nearest(distances, kept, sizes[^1]);
                var opinions = Ask(new Query(gram, gram.Row(i).ToArray(), gram[i, i], order, target, weights), sizes, most);
                answers[i] = [.. candidates.Select(c => Combine([.. c.Sizes.Select(k => opinions[Array.IndexOf(sizes, k)])], c))];
            });
            fold++;
        }
        return answers;
    }

    static Opinion[] Ask(Query query, int[] sizes, int components)
    {
        var opinions = new Opinion[sizes.Length];
        for (var s = 0; s < sizes.Length; s++)
        {
            var neighbours = query.Order[..Math.Min(sizes[s], query.Order.Length)];
            var path = Neighbourhoods.Fit(query.Gram, query.Products, query.SquaredLength, neighbours, query.Target, query.Weights, components);
            var (lowest, highest) = (neighbours.Min(j => query.Target[j]), neighbours.Max(j => query.Target[j]));
            var estimates = new double[components + 1];
            for (var a = 0; a <= components; a++)
                estimates[a] = Math.Clamp(-path.Residuals[Math.Min(a, path.Residuals.Rows - 1), neighbours.Length], lowest, highest);
            var middle = path.Residuals.Row(Math.Min(components / 2, path.Components));
            opinions[s] = new(estimates, Math.Sqrt(Products.WeightedDot(path.Weights, middle, middle) / path.TotalWeight));
        }
        return opinions;
    }

    // The mean of all opinions; spread: what the neighbourhoods leave unexplained, and how far the opinions lie apart.
    static Answer Combine(Opinion[] opinions, NeighbourSettings settings)
    {
        double sum = 0, squares = 0, local = 0;
        var count = 0;
        foreach (var opinion in opinions)
        {
            local += opinion.LocalError * opinion.LocalError / opinions.Length;
            for (var a = settings.LeastComponents; a <= settings.MostComponents; a++, count++)
            {
                sum += opinion.Estimates[a];
                squares += opinion.Estimates[a] * opinion.Estimates[a];
            }
        }
        var mean = sum / count;
        return new(mean, Math.Sqrt(local + Math.Max(0, squares / count - mean * mean)));
    }

    static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var k = 0; k < a.Length; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }
}
