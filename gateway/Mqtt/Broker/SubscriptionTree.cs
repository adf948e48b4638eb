namespace FourPerMille.Sensor.Mqtt;

sealed record Subscription(SubscriptionRequest Request, uint? Identifier);

/// <summary>All subscriptions by the levels of their filters: a publish visits only branches that match. Not thread-safe: the broker's lock guards it.</summary>
sealed class SubscriptionTree
{
    readonly Branch _root = new();

    /// <summary>True when the session had no subscription with this filter.</summary>
    public bool Set(Session session, Subscription subscription)
    {
        var branch = _root;
        foreach (var level in subscription.Request.Filter.Split('/'))
        {
            if (!branch.Children.TryGetValue(level, out var child)) branch.Children.Add(level, child = new Branch());
            branch = child;
        }
        var isNew = !branch.Subscribers.ContainsKey(session);
        branch.Subscribers[session] = subscription;
        return isNew;
    }

    public void Remove(Session session, string filter) => Remove(_root, session, filter.Split('/'));

    static void Remove(Branch branch, Session session, ReadOnlySpan<string> levels)
    {
        if (levels.IsEmpty) { branch.Subscribers.Remove(session); return; }
        if (!branch.Children.TryGetValue(levels[0], out var child)) return;
        Remove(child, session, levels[1..]);
        if (child.IsEmpty) branch.Children.Remove(levels[0]);
    }

    /// <summary>Each subscription that covers the topic; a session with overlapping filters comes once for each.</summary>
    public List<(Session Session, Subscription Subscription)> Match(string topic)
    {
        var found = new List<(Session, Subscription)>();
        Match(_root, topic.Split('/'), atRoot: true, found);
        return found;
    }

    // Recursion goes as deep as the deepest filter, which MaximumFilterLevels bounds.
    static void Match(Branch branch, ReadOnlySpan<string> levels, bool atRoot, List<(Session, Subscription)> found)
    {
        // Wildcards in the first level do not cover $SYS and the like [MQTT-4.7.2-1].
        var wildcards = !atRoot || !levels[0].StartsWith('$');
        if (wildcards && branch.Children.TryGetValue("#", out var rest)) rest.AddTo(found);
        if (levels.IsEmpty) { branch.AddTo(found); return; }
        if (branch.Children.TryGetValue(levels[0], out var same)) Match(same, levels[1..], atRoot: false, found);
        if (wildcards && branch.Children.TryGetValue("+", out var any)) Match(any, levels[1..], atRoot: false, found);
    }

    sealed class Branch
    {
        public Dictionary<string, Branch> Children { get; } = [];
        public Dictionary<Session, Subscription> Subscribers { get; } = [];
        public bool IsEmpty => Children.Count == 0 && Subscribers.Count == 0;

        public void AddTo(List<(Session, Subscription)> found)
        {
            foreach (var (session, subscription) in Subscribers) found.Add((session, subscription));
        }
    }
}
