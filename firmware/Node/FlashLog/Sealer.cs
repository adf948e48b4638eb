using FourPerMille.Sensor.Node.State;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Node.FlashLog
{
    /// <summary>Seals the frames of each day of the steady clock; a seal is a frame among the others and waits in the log like them.</summary>
    internal sealed class Sealer
    {
        private readonly NodeState _state;
        private readonly Clock _clock;
        private readonly FrameWriter _frames;
        private readonly Seal _seal = new Seal();

        public Sealer(NodeState state, Clock clock, FrameWriter frames)
        {
            _state = state;
            _clock = clock;
            _frames = frames;
        }

        /// <summary>Seals a day's frames once the next day has begun.</summary>
        public void SealDay()
        {
            bool isOver = _state.Chain.Day != _clock.SteadyDay || _state.NextSequence - _state.Chain.First >= Seal.MaxNames;
            if (isOver)
            {
                SealAll();
            }
        }

        /// <summary>Seals every frame since the last seal: the day is over, or the epoch.</summary>
        public void SealAll()
        {
            SealChain chain = _state.Chain;
            if (chain.Frames == 0)
            {
                return;
            }

            _seal.Epoch = _state.Epoch;
            _seal.Sequence = _state.NextSequence;
            chain.Tell(_seal);
            if (_seal.Names <= Seal.MaxNames && _seal.Absent <= Seal.MaxAbsent)
            {
                _frames.Write(FrameKind.Seal, _seal.Encode(_frames.Body, 0));
            }
            else
            {
                // More than a seal can speak of, as after weeks of a flash that refused: they stay unsealed, and the gateway will see it.
                chain.BeginAt(_state.NextSequence);
            }
        }
    }
}
