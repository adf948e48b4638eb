using System;
using FourPerMille.Sensor.Node.Probes;
using FourPerMille.Sensor.Node.Probes.VEML7700;
using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node
{
    /// <summary>
    /// The entry point for a day at the desk: every probe of the node is read as in a wake, the new one between them, on the same bus and supply.
    /// Boot it on a board (wired or virtual) in place of Program.Main; it writes nothing to flash and sends nothing.
    /// </summary>
    public static class LightWake
    {
        public static void Main()
        {
            BoardLayout board = Device.Board.Layout();
            ProbeSet probes = new ProbeSet(board, new Crc32());
            Reading reading = new Reading();

            probes.ReadGround(reading, true);
            int status = ReadLight(board, out int counts);
            probes.ReadHeads(reading, false, false);

            Trace.Line("light " + (counts == Reading.Missing ? "missing" : counts.ToString()) + ", status " + status);
            Trace.Line("reading status " + reading.Status + ", pressure " + reading.PressurePascals);
        }

        /// <summary>Becomes a method of ProbeSet, called by its ReadGround: the supply is on from there until ReadHeads is done.</summary>
        private static int ReadLight(BoardLayout board, out int counts)
        {
            try
            {
                return new Veml7700Probe(new Veml7700Bus(board.I2cBusId)).Read(out counts);
            }
            catch (Exception failure)
            {
                Trace.Line("light failed: " + failure.GetType().Name + " " + failure.Message);
                counts = Reading.Missing;
                return Veml7700Probe.Silent;
            }
        }
    }
}
