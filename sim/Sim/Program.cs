using System.CommandLine;
using FourPerMille.Sensor.Sim.Pilot;

var root = new RootCommand("Simulates fields, nodes, radio and observatory around a real gateway.") { PilotCommand.Create() };
return await root.Parse(args).InvokeAsync();
