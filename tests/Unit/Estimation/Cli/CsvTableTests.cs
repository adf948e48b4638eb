using FourPerMille.Sensor.Gateway;
using FourPerMille.Sensor.Gateway.Technician.Cli;

namespace FourPerMille.Sensor.Unit.Estimation;

public sealed class CsvTableTests
{
    [Fact]
    public void A_missing_value_is_refused_with_its_place_and_never_read_as_zero()
    {
        var table = Read("id,soc\na,1.5\nb,\n");
        Assert.Null(table.Rows[1].NumberOrMissing("soc"));
        var refusal = Assert.Throws<InputRefused>(() => table.Rows[1].Number("SOC"));
        Assert.StartsWith("cores.csv, line 3, column 'soc'", refusal.Message);
    }

    [Fact]
    public void A_decimal_comma_is_seen_as_a_row_of_the_wrong_width() =>
        Assert.Contains("line 2: 3 fields", Assert.Throws<InputRefused>(() => Read("id,soc\na,1,5\n")).Message);

    [Fact]
    public void An_unknown_column_is_answered_with_the_known_ones() =>
        Assert.Contains("no column 'clay'; the columns are id, soc", Assert.Throws<InputRefused>(() => Read("id,soc\n").IndexOf("clay")).Message);

    [Theory]
    [InlineData("1e400"), InlineData("Infinity"), InlineData("1 000"), InlineData("n.d.")]
    public void What_is_not_a_finite_number_is_refused(string text) =>
        Assert.Contains("line 2, column 'soc'", Assert.Throws<InputRefused>(() => Read($"soc\n{text}\n").Rows[0].Number("soc")).Message);

    [Fact]
    public void Quoted_fields_hold_commas_quotes_and_line_ends_and_lines_still_count_right()
    {
        var table = Read("id,note\n\"a\",\"one, \"\"two\"\"\nthree\"\nb,plain\n");
        Assert.Equal("one, \"two\"\nthree", table.Rows[0].Text("note"));
        Assert.Equal(4, table.Rows[1].Line);
    }

    [Fact]
    public void What_is_written_reads_back_to_the_same_bits()
    {
        var text = new StringWriter();
        using (var writer = new CsvWriter(text))
        {
            writer.Row("id", "value");
            writer.Row("a,b", 0.1 + 0.2);
            writer.Row("c", double.NaN);
        }
        var table = Read(text.ToString());
        Assert.Equal(0.1 + 0.2, table.Rows[0].Number("value"));
        Assert.Equal("a,b", table.Rows[0].Text("id"));
        Assert.Null(table.Rows[1].NumberOrMissing("value"));
    }

    static CsvTable Read(string text) => CsvTable.Read(new StringReader(text), "cores.csv");
}
