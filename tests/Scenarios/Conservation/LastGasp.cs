namespace FourPerMille.Sensor.Scenarios.Conservation;

/// <summary>
/// Kills a gateway at its n-th answer, between the commit it speaks of and the node that hears it: what is committed at that instant is all
/// that the next gateway will know, and the answer still leaves. A gateway that answers before it commits is found out by this.
/// </summary>
sealed class LastGasp(Action keepWhatIsCommitted)
{
    readonly Lock _gate = new();
    int _answersLeft = -1;

    public bool IsDead { get; private set; }

    public void DieAtAnswer(int n) => _answersLeft = n;

    public void Revive()
    {
        lock (_gate) (IsDead, _answersLeft) = (false, -1);
    }

    public void Die()
    {
        lock (_gate) IsDead = true;
    }

    /// <summary>Lets an answer out; false where the gateway is dead.</summary>
    public bool Say(Action answer)
    {
        lock (_gate)
        {
            if (IsDead) return false;
            if (_answersLeft > 0 && --_answersLeft == 0)
            {
                keepWhatIsCommitted();
                IsDead = true;
            }
            answer();
            return true;
        }
    }
}
