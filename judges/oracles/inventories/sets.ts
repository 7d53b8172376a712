import { isObject } from "./values";

/** What an example sets: whether a value of its inventory follows from it, or is only the module's default. */
export class Settings {
    private readonly texts = new Set<string>();
    private readonly keys = new Set<string>();
    private readonly names = new Set<string>();
    /** The texts of arguments for people. */
    private readonly descriptions = new Set<string>();

    constructor(sets: unknown) {
        this.add(sets);
    }

    /**
     * Whether the example has the text or a part of it; for descriptions, as one; for numbers and booleans, an argument with the name of the
     * attribute.
     *
     * @param path the attribute's path
     */
    has(path: string[], value: unknown): boolean {
        const attribute = path.at(-1) as string;
        if (typeof value !== "string") {
            const isGeneral = /^(enabled?|disabled?)$/.test(attribute);
            return (
                path.slice(isGeneral ? -2 : -1).some((name) => this.hasArgument(name)) ||
                (typeof value === "number" && value > 1 && this.texts.has(String(value)))
            );
        }
        if (description.test(plainName(attribute))) {
            return this.descriptions.has(value);
        }
        const text = value.toLowerCase();
        const isPart = (other: string) =>
            (other.length > 3 && text.includes(other)) || (text.length > 3 && other.includes(text));
        const isOfKey = [...this.keys].some((key) => value === key || (key.length > 3 && value.includes(key)));
        return isOfKey || this.texts.has(text) || [...this.texts].some(isPart);
    }

    /** Whether the example has an argument of this name. */
    hasArgument(name: string): boolean {
        return this.names.has(plainName(name));
    }

    private add(value: unknown, argument = ""): void {
        if (Array.isArray(value)) {
            for (const item of value) {
                this.add(item, argument);
            }
        } else if (isObject(value)) {
            for (const [key, item] of Object.entries(value)) {
                if (key !== "source" && key !== "$labels") {
                    this.keys.add(key);
                    this.names.add(plainName(key));
                    this.add(item, key);
                }
            }
        } else if (typeof value === "string" || typeof value === "number") {
            this.texts.add(String(value).toLowerCase());
            if (description.test(plainName(argument))) {
                this.descriptions.add(String(value));
            }
        }
    }
}

const description = /^(description|title|displayname)$/;

/** A name in which Terraform's and Pulumi's spelling are the same, and singular and plural. */
const plainName = (name: string) => name.toLowerCase().replaceAll("_", "").replace(/s$/, "");
