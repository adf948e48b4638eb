using System.CommandLine;
using FourPerMille.Sensor.Sim;
using FourPerMille.Sensor.Sim.Energy;
using FourPerMille.Sensor.Sim.Observatory;
using FourPerMille.Sensor.Sim.Pilot;

var root = new RootCommand("Simulates fields, nodes, radio and observatory around a real gateway.") { PilotCommand.Create(), EnergyCommand.Create(), ObservatoryCommand.Create() };
using var interruption = new Interruption();
// Signals are ours: a run ends its gateway and nodes in order, however long that takes.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, interruption.Token);
