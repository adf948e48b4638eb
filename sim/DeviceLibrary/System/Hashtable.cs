namespace System.Collections;

/// <summary>A class on the device, a struct in .NET: the reason why the board has a Hashtable of its own.</summary>
public class DictionaryEntry
{
    public object Key;
    public object Value;

    public DictionaryEntry(object key, object value) => (Key, Value) = (key, value);
}

/// <summary>
/// The device's Hashtable, with its limit: strings and numbers are found again, objects and structs of one's own are not
/// (observed on the runtime).
/// </summary>
public class Hashtable : ICloneable, IDictionary
{
    readonly Generic.Dictionary<object, object> _entries = new(new DeviceEquality());

    public Hashtable() { }
    public Hashtable(int capacity) { }
    public Hashtable(int capacity, float loadFactor) { }

    public int Count => _entries.Count;
    public bool IsFixedSize => false;
    public bool IsReadOnly => false;
    public bool IsSynchronized => false;
    public object SyncRoot => this;
    public ICollection Keys => Listed(_entries.Keys);
    public ICollection Values => Listed(_entries.Values);

    public object this[object p0]
    {
        get => _entries.TryGetValue(p0, out var value) ? value : null;
        set => _entries[p0] = value;
    }

    public void Add(object key, object value) => _entries.Add(key, value);
    public void Clear() => _entries.Clear();
    public bool Contains(object key) => _entries.ContainsKey(key);
    public void Remove(object key) => _entries.Remove(key);

    public object Clone()
    {
        var clone = new Hashtable();
        foreach (var entry in _entries) clone.Add(entry.Key, entry.Value);
        return clone;
    }

    public void CopyTo(Array array, int arrayIndex)
    {
        foreach (var entry in this) ((IList)array)[arrayIndex++] = entry;
    }

    public IEnumerator GetEnumerator()
    {
        var entries = new ArrayList();
        foreach (var entry in _entries) entries.Add(new DictionaryEntry(entry.Key, entry.Value));
        return entries.GetEnumerator();
    }

    static ArrayList Listed(IEnumerable items)
    {
        var list = new ArrayList();
        foreach (var item in items) list.Add(item);
        return list;
    }

    sealed class DeviceEquality : Generic.IEqualityComparer<object>
    {
        bool Generic.IEqualityComparer<object>.Equals(object x, object y) => x is string || x is not null && (x.GetType().IsPrimitive || x.GetType().IsEnum) ? x.Equals(y) : false;
        int Generic.IEqualityComparer<object>.GetHashCode(object key) => key.GetHashCode();
    }
}
