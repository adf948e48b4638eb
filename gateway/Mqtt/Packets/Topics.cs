using System.Text;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>Names and filters of topics (MQTT 5.0, section 4.7).</summary>
public static class Topics
{
    const int MaximumBytes = ushort.MaxValue;

    /// <summary>Whether a message may be published under this name: not empty, no wildcard, at most 65 535 bytes of UTF-8.</summary>
    public static bool IsName(string topic) => topic.AsSpan().IndexOfAny('+', '#', '\0') < 0 && HasLength(topic);

    /// <summary>Whether one may subscribe to this filter: each + fills a level, # is the last level.</summary>
    public static bool IsFilter(string filter)
    {
        if (!HasLength(filter) || filter.Contains('\0')) return false;
        var levels = filter.Split('/');
        return levels.Index().All(level => level.Item switch
        {
            "+" => true,
            "#" => level.Index == levels.Length - 1,
            var name => name.AsSpan().IndexOfAny('+', '#') < 0,
        });
    }

    public static bool HasWildcard(string filter) => filter.AsSpan().IndexOfAny('+', '#') >= 0;

    /// <summary>Shared subscriptions ($share/group/filter) are another feature than a filter that begins so.</summary>
    public static bool IsShared(string filter) => filter.StartsWith("$share/", StringComparison.Ordinal);

    /// <summary>Whether a valid filter covers a valid name. A wildcard in the first level does not cover names that begin with $.</summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic[0] == '$' && filter[0] != '$') return false;
        ReadOnlySpan<char> wanted = filter, actual = topic;
        while (true)
        {
            var want = TakeLevel(ref wanted, out var moreWanted);
            if (want is "#") return true;
            var have = TakeLevel(ref actual, out var moreActual);
            if (want is not "+" && !want.SequenceEqual(have)) return false;
            if (!moreActual) return !moreWanted || wanted is "#";
            if (!moreWanted) return false;
        }
    }

    static ReadOnlySpan<char> TakeLevel(ref ReadOnlySpan<char> rest, out bool more)
    {
        var slash = rest.IndexOf('/');
        more = slash >= 0;
        var level = more ? rest[..slash] : rest;
        rest = more ? rest[(slash + 1)..] : [];
        return level;
    }

    static bool HasLength(string text) =>
        text.Length > 0 && text.Length <= MaximumBytes && Encoding.UTF8.GetByteCount(text) <= MaximumBytes;
}
