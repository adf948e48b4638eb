using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>Headings in the reader's language: brackets in a word are no markup.</summary>
static class WordedTable
{
    public static Table Column(this Table table, string heading) => table.AddColumn(Markup.Escape(heading));

    /// <summary>A column of numbers.</summary>
    public static Table Number(this Table table, string heading) => table.AddColumn(new TableColumn(Markup.Escape(heading)).RightAligned());
}
