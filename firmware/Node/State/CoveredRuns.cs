using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.State
{
    /// <summary>Walks the runs that an acknowledgement covers, below a limit, from the lowest on; the first begins at 0.</summary>
    internal sealed class CoveredRuns
    {
        private Acknowledgement _of;
        private uint _limit;
        private int _run;

        public uint Start { get; private set; }

        /// <summary>The first sequence that the run does not cover.</summary>
        public uint End { get; private set; }

        public bool AtEnd { get; private set; }

        public void Begin(Acknowledgement of, uint limit)
        {
            _of = of;
            _limit = limit;
            _run = 0;
            Start = 0;
            End = of.Next;
            Cut();
        }

        public void MoveOn()
        {
            if (_run == _of.RunCount || End == _limit)
            {
                AtEnd = true;
                return;
            }

            Start = End + _of.MissingRun(_run);
            End = Start + _of.DurableRun(_run);
            _run++;
            Cut();
        }

        private void Cut()
        {
            AtEnd = Start >= _limit;
            End = End < _limit ? End : _limit;
        }
    }
}
