using FourPerMille.Sensor.Mqtt;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Mqtt;

public sealed class TopicTests
{
    /// <summary>The examples of section 4.7 of the standard, and the corners between them.</summary>
    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/monitor", false)]
    [InlineData("+/monitor", "$SYS/monitor", false)]
    [InlineData("$SYS/#", "$SYS/monitor/Clients", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("ACCOUNTS", "Accounts", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/b/c", "a/b", false)]
    public void Filters_cover_what_the_standard_says(string filter, string topic, bool covers)
    {
        Assert.Equal(covers, Topics.Matches(filter, topic));
        Assert.Equal(covers, TreeMatches(filter, topic));
    }

    [Theory]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/tennis/#/ranking", false)]
    [InlineData("sport+", false)]
    [InlineData("", false)]
    [InlineData("#", true)]
    [InlineData("+/tennis/#", true)]
    [InlineData("/", true)]
    public void Wildcards_stand_alone_in_their_level(string filter, bool isFilter) => Assert.Equal(isFilter, Topics.IsFilter(filter));

    [Fact]
    public void The_tree_of_subscriptions_agrees_with_the_rule_for_one() => Prop.ForAll(Cases, pair =>
        TreeMatches(pair.Filter, pair.Topic) == Topics.Matches(pair.Filter, pair.Topic)).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_removed_subscription_leaves_nothing_behind()
    {
        var tree = new SubscriptionTree();
        Session one = new("1", "", new()), other = new("2", "", new());
        foreach (var session in new[] { one, other }) tree.Set(session, Subscription("a/+/#"));
        tree.Remove(one, "a/+/#");
        Assert.Equal([other], tree.Match("a/b/c").Select(m => m.Session));
        tree.Remove(other, "a/+/#");
        tree.Remove(other, "never/there");
        Assert.Empty(tree.Match("a/b/c"));
    }

    static bool TreeMatches(string filter, string topic)
    {
        var tree = new SubscriptionTree();
        tree.Set(new Session("id", "user", new()), Subscription(filter));
        return tree.Match(topic).Count == 1;
    }

    static Subscription Subscription(string filter) => new(new SubscriptionRequest(filter, QualityOfService.AtMostOnce), null);

    static Arbitrary<(string Filter, string Topic)> Cases { get; } = (
        from topic in Levels("a", "b", "", "$x")
        from filter in Levels("a", "b", "", "+", "$x")
        from tail in Gen.Elements("", "/#")
        where topic.Length > 0 && filter.Length + tail.Length > 0
        select (filter + tail, topic)).ToArbitrary();

    static Gen<string> Levels(params string[] names) =>
        Gen.Choose(1, 4).SelectMany(count => Gen.ArrayOf(Gen.Elements(names), count)).Select(levels => string.Join('/', levels));
}
