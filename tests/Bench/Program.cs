using FourPerMille.Sensor.Bench.Delta;
using FourPerMille.Sensor.Bench.Estimation;
using FourPerMille.Sensor.Bench.Gateway;
using FourPerMille.Sensor.Bench.Mrv;
using FourPerMille.Sensor.Bench.Pls;

// dotnet run -c Release --project tests/Bench [name ...]: each measures us beside the reference of its field, in one run.
var benches = new Dictionary<string, Action>
{
    ["stock-draws"] = StockDraws.Run,
    ["rothc"] = RothCRuns.Run,
    ["pls"] = PlsBench.Run,
    ["log"] = LogBench.Run,
    ["delta"] = DeltaBench.Run,
    ["rest"] = RestBench.Run,
};
// Minutes of comparison rather than a measurement of speed: only when asked for by name.
var studies = new Dictionary<string, Action> { ["study"] = MethodStudy.Run, ["long-log"] = LongLogBench.Run };

string[] unknown = args.Where(a => !benches.ContainsKey(a) && !studies.ContainsKey(a)).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"no bench {string.Join(", ", unknown)}; there are {string.Join(", ", benches.Keys.Concat(studies.Keys))}");
    return 2;
}
foreach (var (name, run) in benches)
    if (args.Length == 0 || args.Contains(name)) run();
foreach (var (name, run) in studies)
    if (args.Contains(name)) run();
return 0;
