namespace FourPerMille.Sensor.Estimation.Algebra;

/// <summary>
/// A dense table of numbers, row after row in one array: one row a spectrum, one column a band. MathNet keeps its matrices column after column,
/// where a spectrum is not contiguous; everything here that is a long dot product works on rows.
/// </summary>
public sealed class RowMatrix
{
    public RowMatrix(int rows, int columns) : this(rows, columns, new double[checked(rows * columns)]) { }

    /// <param name="data">rows × columns values, row after row; kept, not copied.</param>
    public RowMatrix(int rows, int columns, double[] data)
    {
        if (rows < 0 || columns < 0) throw new ArgumentOutOfRangeException(nameof(rows), "A table has no negative size.");
        if (data.Length != (long)rows * columns) throw new ArgumentException($"{rows} x {columns} values are needed, {data.Length} were given.", nameof(data));
        (Rows, Columns, Data) = (rows, columns, data);
    }

    public int Rows { get; }
    public int Columns { get; }
    public double[] Data { get; }

    public ref double this[int row, int column] => ref Data[row * Columns + column];

    public Span<double> Row(int row) => Data.AsSpan(row * Columns, Columns);

    /// <summary>Copies rows of equal length into one table.</summary>
    public static RowMatrix FromRows(IReadOnlyList<double[]> rows)
    {
        var columns = rows.Count == 0 ? 0 : rows[0].Length;
        var table = new RowMatrix(rows.Count, columns);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != columns) throw new ArgumentException($"Row {i} has {rows[i].Length} values where the first has {columns}.", nameof(rows));
            rows[i].CopyTo(table.Row(i));
        }
        return table;
    }

    /// <summary>The chosen rows, in the order given.</summary>
    public RowMatrix Take(IReadOnlyList<int> rows)
    {
        var taken = new RowMatrix(rows.Count, Columns);
        for (var i = 0; i < rows.Count; i++) Row(rows[i]).CopyTo(taken.Row(i));
        return taken;
    }

    public RowMatrix Transposed()
    {
        var transposed = new RowMatrix(Columns, Rows);
        for (var i = 0; i < Rows; i++)
            for (var j = 0; j < Columns; j++)
                transposed[j, i] = this[i, j];
        return transposed;
    }

    public RowMatrix Copy() => new(Rows, Columns, (double[])Data.Clone());
}
