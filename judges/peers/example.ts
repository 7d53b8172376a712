/** An example of another module's README, as a program. A tool reads the literals and the text of the program without running it. */
export interface Example {
    /** The heading in the README, with a number from the second example under it: `Subnets (2)`. */
    title: string;
    /** The path of the README in its repository, if the module has several. */
    readme?: string;
    /** The characters of the example in HCL, without comments, each run of whitespace counted as one. */
    hcl: number;
    /** What the program needs: only components, callbacks in `transform`, resources of the provider, or both. */
    kind: "components" | "transform" | "raw" | "both" | "impossible";
    /** Why no program can do it. */
    reason?: string;
    /** Creates what the example expects to exist. */
    given?: () => void;
    /** Configuration in addition to a development environment in europe-west1. */
    config?: Record<string, string>;
    /** The program. Its imports are at the top of the file; all else that it needs is in it. */
    program?: () => void;
}
