// Debug.WriteLine is compiled away without this symbol, in a release build for the device too.
#define DEBUG

using System.Diagnostics;

namespace FourPerMille.Sensor.Node
{
    /// <summary>What a node says while it is awake: one line an event, over the debug port or to the virtual board.</summary>
    internal static class Trace
    {
        public static void Line(string line)
        {
            Debug.WriteLine(line);
        }
    }
}
