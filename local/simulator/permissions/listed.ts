/** Permissions of API methods with the page that lists them. */
export interface Listed {
    source: string;
    /** By method; an empty list if every authenticated caller may call it. */
    methods: Record<string, string[]>;
}
