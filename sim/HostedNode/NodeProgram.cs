namespace FourPerMille.Sensor.Node
{
    /// <summary>Entry point of the firmware on the virtual board, which is wired as the real one is; firmware/Device/Program.cs is its twin.</summary>
    public static class NodeProgram
    {
        public static void Main()
        {
            OneWake.Run(Device.Board.Layout());
        }
    }
}
