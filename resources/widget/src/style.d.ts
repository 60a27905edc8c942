// widget.css, minified by the build
declare module "widget-style" {
  const css: string;
  export default css;
}
