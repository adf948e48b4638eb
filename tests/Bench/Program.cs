using FourPerMille.Sensor.Bench.Estimation;

// dotnet run -c Release --project tests/Bench [name ...]: each measures us beside the reference of its field, in one run.
var benches = new Dictionary<string, Action>
{
    ["stock-draws"] = StockDraws.Run,
    ["rothc"] = RothCRuns.Run,
};
string[] unknown = args.Where(a => !benches.ContainsKey(a)).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"no bench {string.Join(", ", unknown)}; there are {string.Join(", ", benches.Keys)}");
    return 2;
}
foreach (var (name, run) in benches)
    if (args.Length == 0 || args.Contains(name)) run();
return 0;
