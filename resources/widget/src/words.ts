// Every sentence of the widget, in English and Spanish.

const WORDS = {
  chat: ["Chat", "Chat"],
  open: ["Open chat", "Abrir el chat"],
  openUnread: ["Open chat, {0} unread", "Abrir el chat, {0} sin leer"],
  minimise: ["Minimise", "Minimizar"],
  menu: ["More options", "Más opciones"],
  log: ["Conversation", "Conversación"],
  you: ["You", "Tú"],
  newMessage: ["New message from {0}", "Mensaje nuevo de {0}"],
  toEnd: ["Latest messages", "Últimos mensajes"],
  // header
  answers: ["{0} is answering you", "{0} te atiende"],
  online: ["We are online", "Estamos en línea"],
  onlineWho: ["{0} is online", "{0} está en línea"],
  away: ["We are not here right now", "Ahora mismo no estamos"],
  ended: ["This chat has ended.", "El chat ha terminado."],
  soon: ["We will be with you in a moment", "Enseguida te atendemos"],
  next: ["You are next", "Eres el siguiente"],
  place: ["You are number {0} in the queue", "Eres el {0}.º de la cola"],
  connecting: ["Connecting…", "Conectando…"],
  // banners
  lost: ["We cannot connect right now. What you write is kept and goes out as soon as we can.", "No podemos conectar ahora. Lo que escribas se guarda y saldrá en cuanto se pueda."],
  lostFirst: ["We cannot connect right now.", "No podemos conectar ahora."],
  closed: ["This chat is closed for now.", "El chat está cerrado por ahora."],
  byMail: ["Write to us by mail", "Escríbenos por correo"],
  slow: ["It is taking longer than usual. Your message is safe and we will answer you here.", "Está tardando más de lo normal. Tu mensaje está guardado y te contestaremos aquí."],
  slowMail: ["It is taking longer than usual. Your message is safe: we will answer here, or by mail to {0}.", "Está tardando más de lo normal. Tu mensaje está guardado: te contestaremos aquí o por correo a {0}."],
  left: ["We have your message and will answer you by mail.", "Tenemos tu mensaje y te contestaremos por correo."],
  greeting: ["Hello! How can we help you?", "¡Hola! ¿En qué podemos ayudarte?"],
  leave: ["We are not here right now. Leave us a message and we will answer you by mail.", "Ahora mismo no estamos. Déjanos un mensaje y te contestaremos por correo."],
  typing: ["{0} is typing…", "{0} está escribiendo…"],
  someone: ["Somebody", "Alguien"],
  // what became of a message
  sending: ["Sending…", "Enviando…"],
  delivered: ["Delivered", "Entregado"],
  seen: ["Delivered · seen", "Entregado · visto"],
  notSent: ["Not sent", "No enviado"],
  retry: ["Retry", "Reintentar"],
  discard: ["Discard", "Descartar"],
  // composer
  write: ["Write a message", "Escribe un mensaje"],
  send: ["Send", "Enviar"],
  attach: ["Attach files", "Adjuntar archivos"],
  emoji: ["Emoji", "Emojis"],
  left2: ["{0} characters left", "Quedan {0} caracteres"],
  tooLong: ["Too long by {0} characters", "Sobran {0} caracteres"],
  dropHere: ["Drop files here", "Suelta aquí los archivos"],
  uploading: ["Uploading, {0} %", "Subiendo, {0} %"],
  uploaded: ["Ready to send", "Listo para enviar"],
  cancel: ["Cancel", "Cancelar"],
  remove: ["Remove {0}", "Quitar {0}"],
  retryFile: ["Upload {0} again", "Volver a subir {0}"],
  tooBig: ["Larger than 10 MB", "Pesa más de 10 MB"],
  uploadFailed: ["Could not be uploaded", "No se ha podido subir"],
  download: ["Download {0}", "Descargar {0}"],
  downloadFailed: ["This file could not be downloaded.", "No se ha podido descargar el archivo."],
  // questions before the chat
  name: ["Your name", "Tu nombre"],
  email: ["Your e-mail address", "Tu correo"],
  message: ["Your message", "Tu mensaje"],
  optional: ["optional", "opcional"],
  choose: ["Choose…", "Elige…"],
  start: ["Start the chat", "Empezar el chat"],
  leaveIt: ["Leave a message", "Dejar el mensaje"],
  needed: ["Please fill this in", "Falta este dato"],
  badMail: ["Please check the address", "Revisa la dirección"],
  // rating
  helping: ["Are we helping you?", "¿Te estamos ayudando?"],
  good: ["Yes, good", "Sí, bien"],
  bad: ["No, bad", "No, mal"],
  thanks: ["Thank you for telling us.", "Gracias por decírnoslo."],
  comment: ["Would you like to tell us more?", "¿Quieres contarnos algo más?"],
  // menu
  transcript: ["Get this chat by mail", "Recibir el chat por correo"],
  transcriptSent: ["We will mail it to {0}.", "Te lo enviaremos a {0}."],
  mute: ["Turn sound off", "Silenciar"],
  unmute: ["Turn sound on", "Activar el sonido"],
  end: ["End chat", "Terminar el chat"],
  endSure: ["End this chat?", "¿Terminar este chat?"],
  stay: ["Keep chatting", "Seguir"],
  anew: ["Start a new chat", "Empezar otro chat"],
  close: ["Close", "Cerrar"],
  // what the desk refused
  rejected: ["It could not be delivered.", "No se ha podido entregar."],
  too_long: ["It is too long.", "Es demasiado largo."],
  file_refused: ["A file was not accepted. Please attach it again.", "No se ha aceptado un archivo. Vuelve a adjuntarlo."],
  slow_down: ["That was too fast. Please try again in a moment.", "Demasiado rápido. Inténtalo dentro de un momento."],
  transcript_limit: ["It was already mailed to that address.", "Ya se envió a esa dirección."],
  not_answered: ["It can be mailed once somebody has answered.", "Se podrá enviar cuando alguien haya contestado."],
  try_later: ["That did not work. Please try again later.", "No ha funcionado. Inténtalo más tarde."],
} satisfies Record<string, [string, string]>;

export type Word = keyof typeof WORDS;

let column = 0;
export let language = "en";

/** `tag` is a BCP 47 tag: Spanish for "es…", English for all others. */
export function speak(tag: string): void {
  column = /^es\b/i.test(tag) ? 1 : 0;
  try {
    language = Intl.getCanonicalLocales(tag)[0] ?? "en";
  } catch {
    language = "en";
  }
  if (!/^(es|en)\b/.test(language)) language = "en";
}

/** The sentence in the visitor's language; {0} is `value`. */
export function t(word: Word, value: string | number = ""): string {
  return WORDS[word][column]!.replace("{0}", () => `${value}`);
}

/** The sentence for an error code of the desk. */
export const problem = (code: string): string => t(code in WORDS && code.includes("_") || code === "rejected" ? (code as Word) : "try_later");
