/** Style sheets are imported for their effect alone: the build writes them to one file beside the script. */
declare module '*.css';
