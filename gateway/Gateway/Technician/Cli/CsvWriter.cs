using System.Globalization;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Writes a comma-separated table: invariant numbers in their shortest exact form, null and NaN as an empty field.</summary>
public sealed class CsvWriter(TextWriter writer, string lineEnd = "\n") : IDisposable
{
    public static CsvWriter Create(string path) => new(new StreamWriter(path) { NewLine = "\n" });

    public void Row(params ReadOnlySpan<object?> fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (i > 0) writer.Write(',');
            writer.Write(Field(fields[i]));
        }
        writer.Write(lineEnd);
    }

    public void Dispose() => writer.Dispose();

    static string Field(object? value) => value switch
    {
        null => "",
        double number => double.IsNaN(number) ? "" : number.ToString(CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => Quote(value.ToString() ?? ""),
    };

    static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
