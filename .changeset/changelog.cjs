/** How changesets writes the change log: each change as its author wrote it. Versions are the same, so that dependencies are no news. */
module.exports = {
    getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll("\n", "\n  ")}`,
    getDependencyReleaseLine: async () => "",
};
