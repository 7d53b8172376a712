/** The regions whose zones are not a, b and c, or not only those: "Regions and zones". */
const others: Record<string, string> = { "us-east1": "bcd", "europe-west1": "bcd", "us-central1": "abcf" };

/** The zones in which a cluster at a location has its nodes: three of a region, or the zone itself. */
export function zonesOf(location: string): string[] {
    if (/-[a-z]$/.test(location)) {
        return [location];
    }
    return [...(others[location] ?? "abc")].slice(0, 3).map((letter) => `${location}-${letter}`);
}
