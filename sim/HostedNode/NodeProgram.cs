using System;
using nanoFramework.Hardware.Esp32;

namespace FourPerMille.Sensor.Node
{
    /// <summary>Entry point of the firmware on the virtual board; firmware/Device/Program.cs is the one on the real board.</summary>
    public static class NodeProgram
    {
        public static void Main()
        {
            Sleep.EnableWakeupByTimer(new TimeSpan(0, 10, 0));
            Sleep.StartDeepSleep();
        }
    }
}
