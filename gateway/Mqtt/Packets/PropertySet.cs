using System.Collections;

namespace FourPerMille.Sensor.Mqtt;

/// <summary>One property as it travels: a number, a text, bytes, or (user properties) a name and a text.</summary>
public readonly record struct Property(PropertyId Id, uint Number = 0, string Text = "", string Name = "", ReadOnlyMemory<byte> Bytes = default);

/// <summary>The properties of one MQTT 5.0 packet in their order; always empty in 3.1.1.</summary>
public sealed class PropertySet : IEnumerable<Property>
{
    readonly List<Property> _properties = [];

    public int Count => _properties.Count;
    public void Add(Property property) => _properties.Add(property);
    public void Add(PropertyId id, uint number) => Add(new Property(id, number));
    public void Add(PropertyId id, string text) => Add(new Property(id, Text: text));
    public void Add(PropertyId id, ReadOnlyMemory<byte> bytes) => Add(new Property(id, Bytes: bytes));
    public void Add(string name, string text) => Add(new Property(PropertyId.UserProperty, Text: text, Name: name));

    public bool Has(PropertyId id) => _properties.Exists(p => p.Id == id);
    public uint? Number(PropertyId id) => Has(id) ? _properties.Find(p => p.Id == id).Number : null;
    public string? Text(PropertyId id) => Has(id) ? _properties.Find(p => p.Id == id).Text : null;
    public IEnumerable<Property> All(PropertyId id) => _properties.Where(p => p.Id == id);

    public IEnumerator<Property> GetEnumerator() => _properties.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What a packet without properties carries. Not to be added to.</summary>
    internal static PropertySet None { get; } = [];
}
