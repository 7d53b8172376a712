/** What a function is built from, as the examples have it. */
export const code = {
    buildConfig: {
        runtime: "python312",
        entryPoint: "main",
        source: { storageSource: { bucket: "acme-files", object: "code.zip" } },
    },
};
