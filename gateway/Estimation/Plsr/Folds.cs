namespace FourPerMille.Sensor.Estimation.Plsr;

/// <summary>Which rows are held out together: one fold number a row, and the name of the scheme that gave it.</summary>
public sealed record Folds
{
    Folds(string scheme, int[] ofRow)
    {
        if (ofRow.Length == 0) throw new ArgumentException("No rows, no folds.");
        (Scheme, OfRow, Count) = (scheme, ofRow, ofRow.Max() + 1);
        if (Count < 2) throw new ArgumentException($"Cross-validation needs two folds; scheme '{scheme}' gives one.");
    }

    public string Scheme { get; }
    public int Count { get; }
    public IReadOnlyList<int> OfRow { get; }

    /// <summary>Row i is in fold i mod <paramref name="count"/>.</summary>
    public static Folds ByRow(int rows, int count = 10) => new($"mod{count}", [.. Enumerable.Range(0, rows).Select(i => i % count)]);

    /// <summary>
    /// All rows of a group (a site, a soil, a core with several readings) are held out together: a site in the calibration tells on itself.
    /// </summary>
    public static Folds ByGroup(IReadOnlyList<string> groups)
    {
        var numbers = Numbered(groups);
        return new("group", [.. groups.Select(g => numbers[g])]);
    }

    /// <summary>As <see cref="ByGroup(IReadOnlyList{string})"/>, with the groups dealt out, in order of appearance, to <paramref name="count"/> folds.</summary>
    public static Folds ByGroup(IReadOnlyList<string> groups, int count)
    {
        var numbers = Numbered(groups);
        return new($"group/{count}", [.. groups.Select(g => numbers[g] % count)]);
    }

    /// <summary>Rows a fold holds out.</summary>
    public int[] Sizes => [.. Enumerable.Range(0, Count).Select(f => Held(f).Length)];

    /// <summary>Rows of one fold.</summary>
    public int[] Held(int fold) => [.. Enumerable.Range(0, OfRow.Count).Where(i => OfRow[i] == fold)];

    /// <summary>Rows of all other folds.</summary>
    public int[] Kept(int fold) => [.. Enumerable.Range(0, OfRow.Count).Where(i => OfRow[i] != fold)];

    /// <summary>The same scheme restricted to some rows, for the inner loop of nested cross-validation; folds left empty disappear.</summary>
    public Folds Among(IReadOnlyList<int> rows)
    {
        var numbers = Numbered([.. rows.Select(r => OfRow[r].ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        return new(Scheme, [.. rows.Select(r => numbers[OfRow[r].ToString(System.Globalization.CultureInfo.InvariantCulture)])]);
    }

    static Dictionary<string, int> Numbered(IReadOnlyList<string> groups)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in groups) numbers.TryAdd(group, numbers.Count);
        return numbers;
    }
}
