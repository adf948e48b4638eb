using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node
{
    /// <summary>The same with a seal, which asks the network to confirm it.</summary>
    public static class SendsOneSeal
    {
        public static void Main()
        {
            SendsOneFrame.Send(FrameKind.Seal);
        }
    }
}
