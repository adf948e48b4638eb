namespace FourPerMille.Sensor.Device
{
    /// <summary>Entry point on the real board; sim/HostedNode/NodeProgram.cs is the one on the virtual board.</summary>
    public static class Program
    {
        public static void Main()
        {
            Node.OneWake.Run(Board.Layout());
        }
    }
}
