<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AccountEditor</name>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Conectar</translation>
    </message>
    <message>
        <source>All mailboxes</source>
        <translation>Todos los buzones</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Conexión</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Comprobar ahora</translation>
    </message>
    <message>
        <source>Remove mailbox</source>
        <translation>Quitar buzón</translation>
    </message>
    <message>
        <source>The server said: %1</source>
        <translation>El servidor dijo: %1</translation>
    </message>
    <message>
        <source>Last read: %1</source>
        <translation>Última lectura: %1</translation>
    </message>
    <message>
        <source>SPF, DKIM and DMARC are believed from %1 only.</source>
        <translation>SPF, DKIM y DMARC solo se creen si los dice %1.</translation>
    </message>
    <message>
        <source>Switched on</source>
        <translation>Activado</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lectura</translation>
    </message>
    <message>
        <source>days</source>
        <translation>días</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Carpetas</translation>
    </message>
    <message>
        <source>With commas between them. INBOX is where new mail is.</source>
        <translation>Separadas por comas. En INBOX está el correo nuevo.</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Mail from before the connection, as silent history.</source>
        <translation>Correo anterior a la conexión, como historial silencioso.</translation>
    </message>
    <message>
        <source>Mark as read on the server</source>
        <translation>Marcar como leído en el servidor</translation>
    </message>
    <message>
        <source>Off: your phone still shows it as new.</source>
        <translation>Desactivado: en el móvil sigue apareciendo como nuevo.</translation>
    </message>
    <message>
        <source>Copy answers to the Sent folder</source>
        <translation>Copiar las respuestas a Enviados</translation>
    </message>
    <message>
        <source>Off for providers that do it by themselves.</source>
        <translation>Desactívalo si tu proveedor ya lo hace.</translation>
    </message>
    <message>
        <source>Sent folder</source>
        <translation>Carpeta de enviados</translation>
    </message>
    <message>
        <source>Empty: the server&apos;s own.</source>
        <translation>Vacía: la del servidor.</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Escritura</translation>
    </message>
    <message>
        <source>Empty: a friendly sentence with the ticket&apos;s number</source>
        <translation>Vacío: una frase amable con el número del ticket</translation>
    </message>
    <message>
        <source>Text of the acknowledgement</source>
        <translation>Texto del acuse de recibo</translation>
    </message>
    <message>
        <source>Under every answer. **Bold**, lists and links work.</source>
        <translation>Al pie de cada respuesta. Valen **negrita**, listas y enlaces.</translation>
    </message>
    <message>
        <source>Name customers see</source>
        <translation>Nombre que ven los clientes</translation>
    </message>
    <message>
        <source>May hold {{ ticket.number }}, {{ contact.first_name }} and {{ account.name }}.</source>
        <translation>Puede llevar {{ ticket.number }}, {{ contact.first_name }} y {{ account.name }}.</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Acknowledge new conversations</source>
        <translation>Acusar recibo de las conversaciones nuevas</translation>
    </message>
    <message>
        <source>Once a ticket, never to machines, lists or forged senders.</source>
        <translation>Una vez por ticket; nunca a máquinas, listas ni remitentes falsificados.</translation>
    </message>
    <message>
        <source>Mailbox saved</source>
        <translation>Buzón guardado</translation>
    </message>
    <message>
        <source>Write the client ID first.</source>
        <translation>Escribe antes el ID de cliente.</translation>
    </message>
    <message>
        <source>Checking for new mail…</source>
        <translation>Buscando correo nuevo…</translation>
    </message>
    <message>
        <source>Mailbox disconnected; its conversations stay</source>
        <translation>Buzón desconectado; sus conversaciones se conservan</translation>
    </message>
</context>
<context>
    <name>AccountsSheet</name>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>Mailboxes that customers write to. Connect several.</source>
        <translation>Los buzones a los que escriben los clientes. Puedes conectar varios.</translation>
    </message>
    <message>
        <source>Mailboxes</source>
        <translation>Buzones</translation>
    </message>
    <message>
        <source>No mailbox yet</source>
        <translation>Aún no hay buzones</translation>
    </message>
    <message>
        <source>Connect the one that your customers write to; nothing in it is changed.</source>
        <translation>Conecta aquel al que escriben tus clientes; no se cambia nada en él.</translation>
    </message>
    <message>
        <source>Connect a mailbox</source>
        <translation>Conectar un buzón</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Apagado</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problema</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Conectando</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Conectado</translation>
    </message>
</context>
<context>
    <name>Aids</name>
    <message>
        <source>Canned replies</source>
        <translation>Respuestas predefinidas</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
    <message>
        <source>Colleagues</source>
        <translation>Compañeros</translation>
    </message>
    <message>
        <source>Find an emoji</source>
        <translation>Buscar un emoji</translation>
    </message>
</context>
<context>
    <name>AlertController</name>
    <message numerus="yes">
        <source>%n new notification(s)</source>
        <translation>
            <numerusform>%n aviso nuevo</numerusform>
            <numerusform>%n avisos nuevos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AppearanceSheet</name>
    <message>
        <source>Appearance and language</source>
        <translation>Apariencia e idioma</translation>
    </message>
    <message>
        <source>For this computer. Changes show at once.</source>
        <translation>Para este equipo. Los cambios se ven al momento.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Amplias</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compactas</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Colores</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Of the window. Dates and numbers follow it.</source>
        <translation>De la ventana. Las fechas y los números lo siguen.</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>Listas</translation>
    </message>
    <message>
        <source>From the next view you open; each view&apos;s own choice stays.</source>
        <translation>Desde la próxima vista que abras; lo elegido en cada vista se queda.</translation>
    </message>
    <message>
        <source>Undo send</source>
        <translation>Deshacer el envío</translation>
    </message>
    <message>
        <source>How long an answer waits before it leaves.</source>
        <translation>Cuánto espera una respuesta antes de salir.</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>No</translation>
    </message>
</context>
<context>
    <name>AttachmentStrip</name>
    <message>
        <source>%1. Can run code: it is only saved, never opened.</source>
        <translation>%1. Puede ejecutar código: solo se guarda, nunca se abre.</translation>
    </message>
</context>
<context>
    <name>BackupsSheet</name>
    <message>
        <source>Backups and export</source>
        <translation>Copias y exportación</translation>
    </message>
    <message>
        <source>Everything stays on this computer; a copy elsewhere is up to you.</source>
        <translation>Todo se queda en este equipo; guardar una copia en otro sitio depende de ti.</translation>
    </message>
    <message>
        <source>Daily backup</source>
        <translation>Copia diaria</translation>
    </message>
    <message>
        <source>By itself, into the desk&apos;s own folder.</source>
        <translation>Automática, en la carpeta del escritorio.</translation>
    </message>
    <message>
        <source>Daily backups to keep</source>
        <translation>Copias diarias que se conservan</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Copiar ahora</translation>
    </message>
    <message>
        <source>Back up to a file…</source>
        <translation>Copiar a un archivo…</translation>
    </message>
    <message>
        <source>To restore: close deskapp and run “deskapp restore FILE”.</source>
        <translation>Para restaurar: cierra deskapp y ejecuta «deskapp restore ARCHIVO».</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Frase de contraseña</translation>
    </message>
    <message>
        <source>Locks the mailbox passwords inside. Empty: they open on this computer only.</source>
        <translation>Protege las contraseñas de los buzones. Vacía: solo se abren en este equipo.</translation>
    </message>
    <message>
        <source>One file with everything</source>
        <translation>Un archivo con todo</translation>
    </message>
    <message>
        <source>Take everything out</source>
        <translation>Sacarlo todo</translation>
    </message>
    <message>
        <source>Export to a folder…</source>
        <translation>Exportar a una carpeta…</translation>
    </message>
    <message>
        <source>Tickets, messages, contacts and events</source>
        <translation>Tickets, mensajes, contactos y eventos</translation>
    </message>
    <message>
        <source>As JSON lines that any program reads, attachments beside them.</source>
        <translation>En líneas JSON que lee cualquier programa, con los adjuntos al lado.</translation>
    </message>
    <message>
        <source>Bring old mail in</source>
        <translation>Traer correo antiguo</translation>
    </message>
    <message>
        <source>Import files…</source>
        <translation>Importar archivos…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Importar una carpeta…</translation>
    </message>
    <message>
        <source>mbox and .eml files</source>
        <translation>Archivos mbox y .eml</translation>
    </message>
    <message>
        <source>As history: threaded, silent, nobody is answered. Twice does no harm.</source>
        <translation>Como historial: en hilos, en silencio, sin contestar a nadie. Repetirlo no duplica nada.</translation>
    </message>
    <message>
        <source>A Maildir, or a folder of any of these</source>
        <translation>Un Maildir, o una carpeta con cualquiera de ellos</translation>
    </message>
    <message>
        <source>Back up to a file</source>
        <translation>Copiar a un archivo</translation>
    </message>
    <message>
        <source>Written and read back: {path}</source>
        <translation>Escrita y comprobada: {path}</translation>
    </message>
    <message>
        <source>Export to a folder</source>
        <translation>Exportar a una carpeta</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportado a %1</translation>
    </message>
    <message>
        <source>Import mail</source>
        <translation>Importar correo</translation>
    </message>
    <message>
        <source>The mail is in.</source>
        <translation>El correo ya está dentro.</translation>
    </message>
</context>
<context>
    <name>BlindReplyGuard</name>
    <message>
        <source>Somebody</source>
        <translation>Alguien</translation>
    </message>
    <message>
        <source>%1 wrote at %2, before your answer left. Look before you send.</source>
        <translation>%1 escribió a las %2, antes de que saliera tu respuesta. Míralo antes de enviar.</translation>
    </message>
    <message>
        <source>%1 wrote before your answer left. Look before you send.</source>
        <translation>%1 escribió antes de que saliera tu respuesta. Míralo antes de enviar.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de nuevo</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
</context>
<context>
    <name>BlockedSheet</name>
    <message>
        <source>Spam and blocked senders</source>
        <translation>Correo no deseado y bloqueos</translation>
    </message>
    <message>
        <source>New mail from them goes to spam and never rings. Nothing is deleted.</source>
        <translation>Su correo nuevo va a no deseado y nunca suena. No se borra nada.</translation>
    </message>
    <message>
        <source>name@example.com, or a whole domain: example.com</source>
        <translation>nombre@ejemplo.com, o un dominio entero: ejemplo.com</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Bloquear</translation>
    </message>
    <message>
        <source>Blocked senders</source>
        <translation>Remitentes bloqueados</translation>
    </message>
    <message>
        <source>Nobody is blocked.</source>
        <translation>No hay nadie bloqueado.</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>See what is in spam</source>
        <translation>Ver el correo no deseado</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Remitente</translation>
    </message>
    <message>
        <source>Domain</source>
        <translation>Dominio</translation>
    </message>
    <message>
        <source>No longer blocked</source>
        <translation>Ya no está bloqueado</translation>
    </message>
</context>
<context>
    <name>BoxEditor</name>
    <message>
        <source>Left</source>
        <translation>Izquierda</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Derecha</translation>
    </message>
    <message>
        <source>The visitor&apos;s</source>
        <translation>El del visitante</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
    <message>
        <source>If they like</source>
        <translation>Si quiere</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Siempre</translation>
    </message>
    <message>
        <source>All chat boxes</source>
        <translation>Todos los chats web</translation>
    </message>
    <message>
        <source>Customers who are signed in</source>
        <translation>Clientes con sesión iniciada</translation>
    </message>
    <message>
        <source>Remove the box</source>
        <translation>Quitar el chat</translation>
    </message>
    <message>
        <source>How it looks</source>
        <translation>Aspecto</translation>
    </message>
    <message>
        <source>Empty: a friendly sentence in the visitor&apos;s language</source>
        <translation>Vacío: una frase amable en el idioma del visitante</translation>
    </message>
    <message>
        <source>Switched on</source>
        <translation>Activado</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Visitors read it at the top.</source>
        <translation>El visitante lo lee arriba.</translation>
    </message>
    <message>
        <source>Greeting</source>
        <translation>Saludo</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Color</translation>
    </message>
    <message>
        <source>Side of the page</source>
        <translation>Lado de la página</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Claro u oscuro</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Before the chat</source>
        <translation>Antes del chat</translation>
    </message>
    <message>
        <source>Ask for the name</source>
        <translation>Pedir el nombre</translation>
    </message>
    <message>
        <source>Ask for the mail address</source>
        <translation>Pedir el correo</translation>
    </message>
    <message>
        <source>Then you can answer by mail when the visitor has left.</source>
        <translation>Así puedes responder por correo cuando el visitante se haya ido.</translation>
    </message>
    <message>
        <source>While they chat</source>
        <translation>Durante el chat</translation>
    </message>
    <message>
        <source>See what is being typed</source>
        <translation>Ver lo que se está escribiendo</translation>
    </message>
    <message>
        <source>Before it is sent. Tell your visitors in your privacy notice.</source>
        <translation>Antes de que se envíe. Dilo en tu aviso de privacidad.</translation>
    </message>
    <message>
        <source>Visitors may send files</source>
        <translation>El visitante puede enviar archivos</translation>
    </message>
    <message>
        <source>Up to 10 MB each.</source>
        <translation>Hasta 10 MB cada uno.</translation>
    </message>
    <message>
        <source>Visitors may have the transcript mailed</source>
        <translation>El visitante puede pedir la conversación por correo</translation>
    </message>
    <message>
        <source>Mail leaves from</source>
        <translation>El correo sale de</translation>
    </message>
    <message>
        <source>Transcripts, and answers to those who have left.</source>
        <translation>Las transcripciones y las respuestas a quien ya se fue.</translation>
    </message>
    <message>
        <source>Where it may stand</source>
        <translation>Dónde puede estar</translation>
    </message>
    <message>
        <source>Websites</source>
        <translation>Sitios web</translation>
    </message>
    <message>
        <source>One a line. On other sites the box does not appear.</source>
        <translation>Uno por línea. En otros sitios el chat no aparece.</translation>
    </message>
    <message>
        <source>The first mailbox</source>
        <translation>El primer buzón</translation>
    </message>
    <message>
        <source>Chat box switched on</source>
        <translation>Chat activado</translation>
    </message>
    <message>
        <source>Chat box switched off</source>
        <translation>Chat desactivado</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Guardado</translation>
    </message>
    <message>
        <source>Chat box removed; its conversations stay</source>
        <translation>Chat quitado; sus conversaciones se quedan</translation>
    </message>
</context>
<context>
    <name>BulkBar</name>
    <message>
        <source>%1 selected</source>
        <translation>%1 seleccionados</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>Resolver</translation>
    </message>
    <message>
        <source>Assign…</source>
        <translation>Asignar…</translation>
    </message>
    <message>
        <source>Snooze…</source>
        <translation>Posponer…</translation>
    </message>
    <message>
        <source>Label…</source>
        <translation>Etiquetar…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <source>Clear the selection</source>
        <translation>Quitar la selección</translation>
    </message>
</context>
<context>
    <name>CannedDialog</name>
    <message>
        <source>New canned reply</source>
        <translation>Respuesta predefinida nueva</translation>
    </message>
    <message>
        <source>Any language</source>
        <translation>Cualquier idioma</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Shortcut, after /</source>
        <translation>Atajo, tras /</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Canned reply saved</source>
        <translation>Respuesta predefinida guardada</translation>
    </message>
</context>
<context>
    <name>CannedEditor</name>
    <message>
        <source>Delete</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Any language</source>
        <translation>Cualquier idioma</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Título</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>Atajo</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Text of the reply</source>
        <translation>Texto de la respuesta</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Attach…</source>
        <translation>Adjuntar…</translation>
    </message>
    <message>
        <source>Attach</source>
        <translation>Adjuntar</translation>
    </message>
    <message>
        <source>Take out: %1</source>
        <translation>Quitar: %1</translation>
    </message>
</context>
<context>
    <name>CannedSheet</name>
    <message>
        <source>Canned replies</source>
        <translation>Respuestas predefinidas</translation>
    </message>
    <message>
        <source>Type / in an answer to find one. They fill in names by themselves.</source>
        <translation>Escribe / en una respuesta para encontrarlas. Rellenan los nombres solas.</translation>
    </message>
    <message>
        <source>Search replies</source>
        <translation>Buscar respuestas</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nueva</translation>
    </message>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>usada %n vez</numerusform>
            <numerusform>usada %n veces</numerusform>
        </translation>
    </message>
    <message>
        <source>Without a folder</source>
        <translation>Sin carpeta</translation>
    </message>
    <message>
        <source>Unsaved</source>
        <translation>Sin guardar</translation>
    </message>
    <message>
        <source>Reply saved</source>
        <translation>Respuesta guardada</translation>
    </message>
    <message>
        <source>Reply deleted</source>
        <translation>Respuesta borrada</translation>
    </message>
</context>
<context>
    <name>ChatBar</name>
    <message>
        <source>Take</source>
        <translation>Atender</translation>
    </message>
    <message>
        <source>Take the chat (%1, or Enter)</source>
        <translation>Atender el chat (%1 o Intro)</translation>
    </message>
    <message>
        <source>Take the chat</source>
        <translation>Atender el chat</translation>
    </message>
    <message>
        <source>End chat</source>
        <translation>Terminar chat</translation>
    </message>
    <message>
        <source>Answer by mail</source>
        <translation>Responder por correo</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Bien</translation>
    </message>
    <message>
        <source>Bad</source>
        <translation>Mal</translation>
    </message>
    <message>
        <source>Rated by the visitor</source>
        <translation>Valorado por el visitante</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Verificado</translation>
    </message>
    <message>
        <source>The site&apos;s own server has signed who this is: %1</source>
        <translation>El servidor del propio sitio ha firmado quién es: %1</translation>
    </message>
    <message>
        <source>The visitor</source>
        <translation>El visitante</translation>
    </message>
    <message>
        <source>This visitor is blocked.</source>
        <translation>Este visitante está bloqueado.</translation>
    </message>
    <message>
        <source>Left a message while nobody was online.</source>
        <translation>Dejó un mensaje cuando no había nadie en línea.</translation>
    </message>
    <message>
        <source>The visitor ended the chat.</source>
        <translation>El visitante terminó el chat.</translation>
    </message>
    <message>
        <source>The chat has ended.</source>
        <translation>El chat ha terminado.</translation>
    </message>
    <message>
        <source>%1 is waiting · %2 of %3</source>
        <translation>%1 está esperando · %2 de %3</translation>
    </message>
    <message>
        <source>%1 has been waiting for %2</source>
        <translation>%1 lleva esperando %2</translation>
    </message>
    <message>
        <source>Taken by %1</source>
        <translation>Lo atiende %1</translation>
    </message>
    <message>
        <source>No longer on the site</source>
        <translation>Ya no está en el sitio</translation>
    </message>
    <message>
        <source>On the site</source>
        <translation>En tu web</translation>
    </message>
</context>
<context>
    <name>ChatBoxesSheet</name>
    <message>
        <source>Web chat</source>
        <translation>Chat web</translation>
    </message>
    <message>
        <source>A chat box on your site; you answer here, beside everything else.</source>
        <translation>Un chat en tu sitio; respondes aquí, junto a todo lo demás.</translation>
    </message>
    <message>
        <source>Chat boxes</source>
        <translation>Chats web</translation>
    </message>
    <message>
        <source>No chat box yet</source>
        <translation>Aún no hay ningún chat</translation>
    </message>
    <message>
        <source>Three questions, then it stands on a test page of this computer.</source>
        <translation>Tres preguntas y estará en una página de prueba de este equipo.</translation>
    </message>
    <message>
        <source>Add a chat box</source>
        <translation>Añadir un chat</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Espera</translation>
    </message>
    <message>
        <source>Take a chat within</source>
        <translation>Atender un chat en</translation>
    </message>
    <message>
        <source>After that the visitor reads that it may take longer.</source>
        <translation>Después, el visitante lee que puede tardar más.</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>Reach</source>
        <translation>Alcance</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Activo</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Desactivado</translation>
    </message>
    <message>
        <source>Only the test page</source>
        <translation>Solo la página de prueba</translation>
    </message>
</context>
<context>
    <name>ChatDeeds</name>
    <message>
        <source>Take the chat</source>
        <translation>Atender el chat</translation>
    </message>
    <message>
        <source>Answer by mail</source>
        <translation>Responder por correo</translation>
    </message>
    <message>
        <source>Accept who the visitor is</source>
        <translation>Aceptar quién es el visitante</translation>
    </message>
    <message>
        <source>This is somebody else</source>
        <translation>Es otra persona</translation>
    </message>
    <message>
        <source>Mail the transcript…</source>
        <translation>Enviar la conversación por correo…</translation>
    </message>
    <message>
        <source>End the chat</source>
        <translation>Terminar el chat</translation>
    </message>
    <message>
        <source>Possibly %1 (%2), unverified.</source>
        <translation>Posiblemente %1 (%2), sin verificar.</translation>
    </message>
    <message>
        <source>Gave the address %2, unverified.</source>
        <translation>Dio la dirección %2, sin verificar.</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Aceptar</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Es otra persona</translation>
    </message>
    <message>
        <source>Accepted: this is %1</source>
        <translation>Aceptado: es %1</translation>
    </message>
    <message>
        <source>It is not suggested again</source>
        <translation>No se volverá a sugerir</translation>
    </message>
    <message>
        <source>Chat ended</source>
        <translation>Chat terminado</translation>
    </message>
    <message>
        <source>Visitor blocked</source>
        <translation>Visitante bloqueado</translation>
    </message>
    <message>
        <source>No longer blocked</source>
        <translation>Ya no está bloqueado</translation>
    </message>
    <message>
        <source>Unblock the visitor</source>
        <translation>Desbloquear al visitante</translation>
    </message>
    <message>
        <source>Block the visitor</source>
        <translation>Bloquear al visitante</translation>
    </message>
</context>
<context>
    <name>ChatStrip</name>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n sin leer</numerusform>
            <numerusform>%n sin leer</numerusform>
        </translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message numerus="yes">
        <source>Chats · %n waiting, %1</source>
        <translation>
            <numerusform>Chats · %n en espera, %1</numerusform>
            <numerusform>Chats · %n en espera, %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Open chats</source>
        <translation>Chats abiertos</translation>
    </message>
    <message>
        <source>waits for somebody for %1</source>
        <translation>espera que lo atiendan desde hace %1</translation>
    </message>
    <message>
        <source>waits for an answer for %1</source>
        <translation>espera respuesta desde hace %1</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>respondido</translation>
    </message>
</context>
<context>
    <name>ChatWay</name>
    <message>
        <source>%1 was typed by the visitor; nobody has verified it.</source>
        <translation>%1 la escribió el visitante; nadie la ha verificado.</translation>
    </message>
</context>
<context>
    <name>Chats</name>
    <message>
        <source>Visitors on the site</source>
        <translation>Visitantes en tu web</translation>
    </message>
    <message>
        <source>Go to the chat that has waited longest</source>
        <translation>Ir al chat que más tiempo espera</translation>
    </message>
    <message>
        <source>Next chat</source>
        <translation>Chat siguiente</translation>
    </message>
    <message>
        <source>Previous chat</source>
        <translation>Chat anterior</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting · %1</source>
        <translation>
            <numerusform>%n en espera · %1</numerusform>
            <numerusform>%n en espera · %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Chat: visitors read that nobody is online</source>
        <translation>Chat: el visitante lee que no hay nadie en línea</translation>
    </message>
</context>
<context>
    <name>ColourPicker</name>
    <message>
        <source>Blue</source>
        <translation>Azul</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>Verde azulado</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Verde</translation>
    </message>
    <message>
        <source>Amber</source>
        <translation>Ámbar</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rojo</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>Morado</translation>
    </message>
    <message>
        <source>Black</source>
        <translation>Negro</translation>
    </message>
    <message>
        <source>Colour as #RRGGBB</source>
        <translation>Color como #RRGGBB</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach files</source>
        <translation>Adjuntar archivos</translation>
    </message>
    <message>
        <source>picture-%1.png</source>
        <translation>imagen-%1.png</translation>
    </message>
    <message>
        <source>%1 is too large: most mail servers take up to %2.</source>
        <translation>%1 es demasiado grande: la mayoría de los servidores de correo admiten hasta %2.</translation>
    </message>
    <message>
        <source>%1 could not be attached. %2</source>
        <translation>No se pudo adjuntar %1. %2</translation>
    </message>
    <message>
        <source>…wait for the customer</source>
        <translation>…esperar al cliente</translation>
    </message>
    <message>
        <source>…resolve</source>
        <translation>…resolver</translation>
    </message>
    <message>
        <source>…keep open</source>
        <translation>…dejar abierto</translation>
    </message>
</context>
<context>
    <name>ComposerBox</name>
    <message>
        <source>Attach files</source>
        <translation>Adjuntar archivos</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Respuestas predefinidas</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Firma</translation>
    </message>
    <message>
        <source>Send and… ▾</source>
        <translation>Enviar y… ▾</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Añadir nota</translation>
    </message>
    <message>
        <source>Only colleagues can read this</source>
        <translation>Solo lo leen los compañeros</translation>
    </message>
    <message>
        <source>Write down</source>
        <translation>Anotar</translation>
    </message>
    <message>
        <source>What did the customer say?</source>
        <translation>¿Qué dijo el cliente?</translation>
    </message>
    <message>
        <source>Write a message; / for canned replies</source>
        <translation>Escribe un mensaje; / para respuestas predefinidas</translation>
    </message>
    <message>
        <source>What did you answer?</source>
        <translation>¿Qué le respondiste?</translation>
    </message>
    <message>
        <source>Write down and… ▾</source>
        <translation>Anotar y… ▾</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>%1 of %2 characters</source>
        <translation>%1 de %2 caracteres</translation>
    </message>
    <message>
        <source>Write an answer; / for canned replies</source>
        <translation>Escribe una respuesta; / para las predefinidas</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Nota interna</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Respuesta</translation>
    </message>
</context>
<context>
    <name>ComputerSheet</name>
    <message>
        <source>This computer</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>New mail arrives only while deskapp runs.</source>
        <translation>El correo nuevo solo llega mientras deskapp está en marcha.</translation>
    </message>
    <message>
        <source>Start with the system</source>
        <translation>Iniciar con el sistema</translation>
    </message>
    <message>
        <source>In the tray, without opening the window.</source>
        <translation>En la bandeja, sin abrir la ventana.</translation>
    </message>
    <message>
        <source>Close to the tray</source>
        <translation>Cerrar a la bandeja</translation>
    </message>
    <message>
        <source>Closing the window leaves deskapp running, so that mail rings.</source>
        <translation>Al cerrar la ventana deskapp sigue en marcha, para que suene el correo.</translation>
    </message>
    <message>
        <source>The system does not let this be changed. Add deskapp to its list by hand.</source>
        <translation>El sistema no deja cambiarlo. Añade deskapp a su lista a mano.</translation>
    </message>
</context>
<context>
    <name>ConditionRow</name>
    <message>
        <source>Remove this condition</source>
        <translation>Quitar esta condición</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Campo</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operador</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Cliente</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Mailbox</source>
        <translation>Buzón</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Canal</translation>
    </message>
    <message>
        <source>Assigned to</source>
        <translation>Asignado a</translation>
    </message>
    <message>
        <source>Needs reply</source>
        <translation>Falta responder</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Creado</translation>
    </message>
    <message>
        <source>Last activity</source>
        <translation>Última actividad</translation>
    </message>
    <message>
        <source>is</source>
        <translation>es</translation>
    </message>
    <message>
        <source>is not</source>
        <translation>no es</translation>
    </message>
    <message>
        <source>is present</source>
        <translation>está puesta</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>no está puesta</translation>
    </message>
    <message>
        <source>contains</source>
        <translation>contiene</translation>
    </message>
    <message>
        <source>before</source>
        <translation>antes del</translation>
    </message>
    <message>
        <source>after</source>
        <translation>después del</translation>
    </message>
    <message>
        <source>in the last days</source>
        <translation>en los últimos días</translation>
    </message>
</context>
<context>
    <name>ConnectionForm</name>
    <message>
        <source>How to get one</source>
        <translation>Cómo conseguirla</translation>
    </message>
    <message>
        <source>Sign in with the browser</source>
        <translation>Iniciar sesión en el navegador</translation>
    </message>
    <message>
        <source>Test connection</source>
        <translation>Probar la conexión</translation>
    </message>
    <message>
        <source>Server settings</source>
        <translation>Ajustes del servidor</translation>
    </message>
    <message>
        <source>Mail address</source>
        <translation>Dirección de correo</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>Incoming (IMAP)</source>
        <translation>Entrada (IMAP)</translation>
    </message>
    <message>
        <source>Outgoing (SMTP)</source>
        <translation>Salida (SMTP)</translation>
    </message>
    <message>
        <source>Client ID</source>
        <translation>ID de cliente</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Secreto de cliente</translation>
    </message>
    <message>
        <source>From the provider&apos;s developer page, as “desktop app”</source>
        <translation>De la página para desarrolladores del proveedor, como «aplicación de escritorio»</translation>
    </message>
    <message>
        <source>Where the provider gives one</source>
        <translation>Si el proveedor lo da</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Sin cambios</translation>
    </message>
    <message>
        <source>Looking for the servers…</source>
        <translation>Buscando los servidores…</translation>
    </message>
    <message>
        <source>%1 wants you to sign in with the browser.</source>
        <translation>%1 pide iniciar sesión en el navegador.</translation>
    </message>
    <message>
        <source>%1 wants an app password, not your usual one.</source>
        <translation>%1 pide una contraseña de aplicación, no la habitual.</translation>
    </message>
    <message>
        <source>Servers found: %1.</source>
        <translation>Servidores encontrados: %1.</translation>
    </message>
    <message>
        <source>The servers are not known. Write them below.</source>
        <translation>No se conocen los servidores. Escríbelos abajo.</translation>
    </message>
    <message>
        <source>Write the mail address first, and the servers if they were not found.</source>
        <translation>Escribe antes la dirección de correo, y los servidores si no se encontraron.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
</context>
<context>
    <name>ContactCard</name>
    <message>
        <source>Contact</source>
        <translation>Contacto</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>No mail address or phone yet</source>
        <translation>Aún sin correo ni teléfono</translation>
    </message>
    <message>
        <source>Primary</source>
        <translation>Principal</translation>
    </message>
    <message>
        <source>Press to copy</source>
        <translation>Pulsa para copiar</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Used first: %1</source>
        <translation>Se usará primero: %1</translation>
    </message>
    <message>
        <source>Use first</source>
        <translation>Usar primero</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>Quitado</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copiado: %1</translation>
    </message>
</context>
<context>
    <name>ContactListModel</name>
    <message>
        <source>Unknown sender</source>
        <translation>Remitente desconocido</translation>
    </message>
</context>
<context>
    <name>ContactOverview</name>
    <message>
        <source>Merge with…</source>
        <translation>Unir con…</translation>
    </message>
    <message>
        <source>No conversations yet</source>
        <translation>Aún no hay conversaciones</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abiertas</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Conversaciones</translation>
    </message>
    <message numerus="yes">
        <source>Satisfaction, %n rating(s)</source>
        <translation>
            <numerusform>Satisfacción, %n valoración</numerusform>
            <numerusform>Satisfacción, %n valoraciones</numerusform>
        </translation>
    </message>
    <message>
        <source>No subject</source>
        <translation>Sin asunto</translation>
    </message>
    <message>
        <source>Past</source>
        <translation>Pasadas</translation>
    </message>
    <message>
        <source>See all %1</source>
        <translation>Ver las %1</translation>
    </message>
</context>
<context>
    <name>ConversationHeader</name>
    <message>
        <source>Snooze</source>
        <translation>Posponer</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Más</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sin asunto)</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>Asignar</translation>
    </message>
    <message>
        <source>Assigned to nobody</source>
        <translation>Sin asignar</translation>
    </message>
    <message>
        <source>Assigned to %1</source>
        <translation>Asignado a %1</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>Resolver</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Reabrir</translation>
    </message>
</context>
<context>
    <name>ConversationPane</name>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>No conversation chosen</source>
        <translation>Ninguna conversación elegida</translation>
    </message>
    <message>
        <source>Choose one in the list to read and answer it.</source>
        <translation>Elige una en la lista para leerla y contestarla.</translation>
    </message>
</context>
<context>
    <name>ConversationsCard</name>
    <message>
        <source>See %1</source>
        <translation>Ver %1</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Conversaciones</translation>
    </message>
    <message>
        <source>No other conversation</source>
        <translation>Ninguna otra conversación</translation>
    </message>
    <message>
        <source>new</source>
        <translation>nuevo</translation>
    </message>
    <message>
        <source>open</source>
        <translation>abierto</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>esperando</translation>
    </message>
    <message>
        <source>solved</source>
        <translation>resuelto</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>cerrado</translation>
    </message>
    <message>
        <source>No subject</source>
        <translation>Sin asunto</translation>
    </message>
</context>
<context>
    <name>CopyText</name>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Copiar: %1</translation>
    </message>
</context>
<context>
    <name>CustomerPanel</name>
    <message>
        <source>Customer</source>
        <translation>Cliente</translation>
    </message>
    <message>
        <source>No customer</source>
        <translation>Ningún cliente</translation>
    </message>
    <message>
        <source>Choose a conversation to see who writes.</source>
        <translation>Elige una conversación para ver quién escribe.</translation>
    </message>
    <message>
        <source>Tag removed</source>
        <translation>Etiqueta quitada</translation>
    </message>
    <message>
        <source>Edit name and contact</source>
        <translation>Editar nombre y contacto</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>Añadir una nota</translation>
    </message>
    <message>
        <source>All conversations</source>
        <translation>Todas las conversaciones</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>Block %1</source>
        <translation>Bloquear %1</translation>
    </message>
    <message>
        <source>Blocked: new mail goes to spam, silently</source>
        <translation>Bloqueado: su correo nuevo va a no deseado, en silencio</translation>
    </message>
    <message>
        <source>No longer blocked</source>
        <translation>Ya no está bloqueado</translation>
    </message>
</context>
<context>
    <name>CustomersPage</name>
    <message>
        <source>Search customers</source>
        <translation>Buscar clientes</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>New customer</source>
        <translation>Nuevo cliente</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>Clientes</translation>
    </message>
    <message>
        <source>No customer chosen</source>
        <translation>Ningún cliente elegido</translation>
    </message>
    <message>
        <source>Everybody who writes appears here by themselves.</source>
        <translation>Quien escribe aparece aquí por sí solo.</translation>
    </message>
    <message>
        <source>Who is the same person?</source>
        <translation>¿Quién es la misma persona?</translation>
    </message>
    <message>
        <source>Merged</source>
        <translation>Unidos</translation>
    </message>
</context>
<context>
    <name>Deeds</name>
    <message>
        <source>Resolved</source>
        <translation>Resuelto</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Abierto de nuevo</translation>
    </message>
    <message>
        <source>Assigned</source>
        <translation>Asignado</translation>
    </message>
    <message>
        <source>Snoozed</source>
        <translation>Pospuesto</translation>
    </message>
    <message>
        <source>Subject changed</source>
        <translation>Asunto cambiado</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Change the subject</source>
        <translation>Cambiar el asunto</translation>
    </message>
    <message>
        <source>First unread message</source>
        <translation>Primer mensaje sin leer</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>Marcar como no leído</translation>
    </message>
    <message>
        <source>Marked as unread</source>
        <translation>Marcado como no leído</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Imprimir…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Guardar como PDF…</translation>
    </message>
    <message>
        <source>Moved to spam</source>
        <translation>Movido a no deseado</translation>
    </message>
    <message>
        <source>Spam</source>
        <translation>Correo no deseado</translation>
    </message>
    <message>
        <source>Spam, and block the sender</source>
        <translation>Correo no deseado y bloquear al remitente</translation>
    </message>
    <message>
        <source>Moved to the trash</source>
        <translation>Movido a la papelera</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Moved to ticket #%1</source>
        <translation>Movido al ticket #%1</translation>
    </message>
    <message>
        <source>Reply to this message</source>
        <translation>Responder a este mensaje</translation>
    </message>
    <message>
        <source>Reply to all</source>
        <translation>Responder a todos</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Reenviar</translation>
    </message>
    <message>
        <source>Jump to the first unread message</source>
        <translation>Ir al primer mensaje sin leer</translation>
    </message>
    <message>
        <source>Walk through the messages</source>
        <translation>Recorrer los mensajes</translation>
    </message>
    <message>
        <source>Print the conversation…</source>
        <translation>Imprimir la conversación…</translation>
    </message>
    <message>
        <source>Save the conversation as PDF…</source>
        <translation>Guardar la conversación como PDF…</translation>
    </message>
    <message>
        <source>Quote selected text</source>
        <translation>Citar lo seleccionado</translation>
    </message>
    <message>
        <source>Quote</source>
        <translation>Citar</translation>
    </message>
    <message>
        <source>Copy the link&apos;s address</source>
        <translation>Copiar la dirección del enlace</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Plain text</source>
        <translation>Texto sin formato</translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation>Ver el original</translation>
    </message>
    <message>
        <source>Create canned reply from this</source>
        <translation>Crear una respuesta predefinida con esto</translation>
    </message>
    <message>
        <source>Move to a ticket of its own</source>
        <translation>Pasar a un ticket propio</translation>
    </message>
    <message>
        <source>Undo sending</source>
        <translation>Deshacer el envío</translation>
    </message>
    <message>
        <source>View source</source>
        <translation>Ver el código fuente</translation>
    </message>
    <message>
        <source>Save as .eml…</source>
        <translation>Guardar como .eml…</translation>
    </message>
    <message>
        <source>Open anyway</source>
        <translation>Abrir de todos modos</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Quedarse aquí</translation>
    </message>
    <message>
        <source>Reply to the customer</source>
        <translation>Respuesta al cliente</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>What a customer said</source>
        <translation>Lo que dijo un cliente</translation>
    </message>
    <message>
        <source>Let a held message in</source>
        <translation>Dejar entrar un mensaje retenido</translation>
    </message>
    <message>
        <source>New ticket</source>
        <translation>Ticket nuevo</translation>
    </message>
    <message>
        <source>Change the state of a ticket</source>
        <translation>Cambiar el estado de un ticket</translation>
    </message>
    <message>
        <source>Change a subject</source>
        <translation>Cambiar un asunto</translation>
    </message>
    <message>
        <source>Add tags</source>
        <translation>Poner etiquetas</translation>
    </message>
    <message>
        <source>Take tags off</source>
        <translation>Quitar etiquetas</translation>
    </message>
    <message>
        <source>Snooze a ticket</source>
        <translation>Posponer un ticket</translation>
    </message>
    <message>
        <source>Mark as spam, or not</source>
        <translation>Marcar como spam, o no</translation>
    </message>
    <message>
        <source>Undo a change of tickets</source>
        <translation>Deshacer un cambio de tickets</translation>
    </message>
    <message>
        <source>Give a ticket to another customer</source>
        <translation>Pasar un ticket a otro cliente</translation>
    </message>
    <message>
        <source>Mark as read or unread</source>
        <translation>Marcar como leído o no leído</translation>
    </message>
    <message>
        <source>A customer&apos;s rating</source>
        <translation>Valoración de un cliente</translation>
    </message>
    <message>
        <source>New customer</source>
        <translation>Cliente nuevo</translation>
    </message>
    <message>
        <source>Change a customer&apos;s details</source>
        <translation>Cambiar los datos de un cliente</translation>
    </message>
    <message>
        <source>Add a customer&apos;s address or telephone</source>
        <translation>Añadir una dirección o un teléfono de un cliente</translation>
    </message>
    <message>
        <source>Remove a customer&apos;s address or telephone</source>
        <translation>Quitar una dirección o un teléfono de un cliente</translation>
    </message>
    <message>
        <source>Change a customer&apos;s address or telephone</source>
        <translation>Cambiar una dirección o un teléfono de un cliente</translation>
    </message>
    <message>
        <source>Prefer another address of a customer</source>
        <translation>Preferir otra dirección de un cliente</translation>
    </message>
    <message>
        <source>Change a customer&apos;s field</source>
        <translation>Cambiar un campo de un cliente</translation>
    </message>
    <message>
        <source>Note on a customer</source>
        <translation>Nota sobre un cliente</translation>
    </message>
    <message>
        <source>Remove a note on a customer</source>
        <translation>Quitar una nota sobre un cliente</translation>
    </message>
    <message>
        <source>Tag a customer</source>
        <translation>Etiquetar a un cliente</translation>
    </message>
    <message>
        <source>Two customers are not the same</source>
        <translation>Dos clientes no son el mismo</translation>
    </message>
    <message>
        <source>Block a sender</source>
        <translation>Bloquear un remitente</translation>
    </message>
    <message>
        <source>Unblock a sender</source>
        <translation>Desbloquear un remitente</translation>
    </message>
    <message>
        <source>Save a canned reply</source>
        <translation>Guardar una respuesta predefinida</translation>
    </message>
    <message>
        <source>Remove a canned reply</source>
        <translation>Quitar una respuesta predefinida</translation>
    </message>
    <message>
        <source>Save a view</source>
        <translation>Guardar una vista</translation>
    </message>
    <message>
        <source>Remove a view</source>
        <translation>Quitar una vista</translation>
    </message>
    <message>
        <source>Change a setting of your own</source>
        <translation>Cambiar un ajuste propio</translation>
    </message>
    <message>
        <source>Open a conversation with colleagues</source>
        <translation>Abrir una conversación con compañeros</translation>
    </message>
    <message>
        <source>Message to colleagues</source>
        <translation>Mensaje a compañeros</translation>
    </message>
    <message>
        <source>Name a conversation with colleagues</source>
        <translation>Nombrar una conversación con compañeros</translation>
    </message>
    <message>
        <source>Change who takes part among colleagues</source>
        <translation>Cambiar quién participa entre compañeros</translation>
    </message>
    <message>
        <source>Mark colleagues&apos; messages as read</source>
        <translation>Marcar como leídos los mensajes de compañeros</translation>
    </message>
    <message>
        <source>Another change</source>
        <translation>Otro cambio</translation>
    </message>
</context>
<context>
    <name>DepartmentsPart</name>
    <message>
        <source>Departments</source>
        <translation>Departamentos</translation>
    </message>
    <message>
        <source>No departments: everybody sees every conversation.</source>
        <translation>Sin departamentos: todos ven todas las conversaciones.</translation>
    </message>
    <message>
        <source>Add a department</source>
        <translation>Añadir un departamento</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Renombrar…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Quitar…</translation>
    </message>
    <message>
        <source>Shipping</source>
        <translation>Envíos</translation>
    </message>
    <message>
        <source>The department&apos;s name</source>
        <translation>Nombre del departamento</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Where its conversations go</source>
        <translation>Adónde van sus conversaciones</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Quitarlo</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message numerus="yes">
        <source>%n colleague(s)</source>
        <translation>
            <numerusform>%n compañero</numerusform>
            <numerusform>%n compañeros</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversación</numerusform>
            <numerusform>%n conversaciones</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1” still has conversations, colleagues or mailboxes. Add another department first: they go there.</source>
        <translation>«%1» aún tiene conversaciones, compañeros o buzones. Añade antes otro departamento: irán allí.</translation>
    </message>
    <message>
        <source>Conversations, colleagues and mailboxes of “%1” go to:</source>
        <translation>Las conversaciones, los compañeros y los buzones de «%1» van a:</translation>
    </message>
    <message>
        <source>“%1” is empty. Remove it?</source>
        <translation>«%1» está vacío. ¿Quitarlo?</translation>
    </message>
    <message>
        <source>Department removed</source>
        <translation>Departamento quitado</translation>
    </message>
</context>
<context>
    <name>DeskSheet</name>
    <message>
        <source>Your desk</source>
        <translation>Tu escritorio</translation>
    </message>
    <message>
        <source>What customers and canned replies see of your shop.</source>
        <translation>Lo que los clientes y las respuestas predefinidas ven de tu tienda.</translation>
    </message>
    <message>
        <source>Name of the desk</source>
        <translation>Nombre del escritorio</translation>
    </message>
    <message>
        <source>For {{ desk.name }} in canned replies.</source>
        <translation>Para {{ desk.name }} en las respuestas predefinidas.</translation>
    </message>
    <message>
        <source>Your shop</source>
        <translation>Tu tienda</translation>
    </message>
    <message>
        <source>Language of the desk</source>
        <translation>Idioma del escritorio</translation>
    </message>
    <message>
        <source>For what it writes by itself, such as an acknowledgement.</source>
        <translation>Para lo que escribe por sí solo, como un acuse de recibo.</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>País</translation>
    </message>
    <message>
        <source>Phones written without a prefix belong to it.</source>
        <translation>Los teléfonos sin prefijo son de él.</translation>
    </message>
</context>
<context>
    <name>DevicesPart</name>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>No device has joined yet.</source>
        <translation>Aún no se ha unido ningún dispositivo.</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>Revocar…</translation>
    </message>
    <message>
        <source>Revoke it</source>
        <translation>Revocarlo</translation>
    </message>
    <message>
        <source>Within seconds it is disconnected and the team&apos;s conversations are removed from it. What was not sent yet stays there to be copied. To come back, it has to be invited again.</source>
        <translation>En segundos se desconecta y las conversaciones del equipo se borran de él. Lo que aún no se envió queda allí para copiarlo. Para volver, hay que invitarlo de nuevo.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>joined %1</source>
        <translation>se unió: %1</translation>
    </message>
    <message>
        <source>never seen since</source>
        <translation>no se ha visto desde entonces</translation>
    </message>
    <message>
        <source>last seen %1</source>
        <translation>visto: %1</translation>
    </message>
    <message>
        <source>Revoked</source>
        <translation>Revocado</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Conectado</translation>
    </message>
    <message>
        <source>A device</source>
        <translation>Un dispositivo</translation>
    </message>
    <message>
        <source>“%1” is shut out</source>
        <translation>«%1» queda fuera</translation>
    </message>
</context>
<context>
    <name>EventLine</name>
    <message>
        <source>Hide why</source>
        <translation>Ocultar el porqué</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>¿Por qué?</translation>
    </message>
</context>
<context>
    <name>FactorDialog</name>
    <message>
        <source>Set up a second factor</source>
        <translation>Preparar un segundo factor</translation>
    </message>
    <message>
        <source>QR code for the app</source>
        <translation>Código QR para la aplicación</translation>
    </message>
    <message>
        <source>The same as text</source>
        <translation>Lo mismo como texto</translation>
    </message>
    <message>
        <source>The code that the app shows</source>
        <translation>El código que muestra la aplicación</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>Activar</translation>
    </message>
    <message>
        <source>Recovery codes</source>
        <translation>Códigos de recuperación</translation>
    </message>
    <message>
        <source>Open the app for codes on your telephone, add an account, and point it at this picture. Then write the code that it shows.</source>
        <translation>Abre en tu teléfono la aplicación de códigos, añade una cuenta y apunta a esta imagen. Después escribe el código que muestra.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>It is on. Keep these recovery codes where you find them without your telephone: each is good once in place of the app&apos;s code. They are shown only now.</source>
        <translation>Está activado. Guarda estos códigos de recuperación donde los encuentres sin tu teléfono: cada uno vale una vez en lugar del código de la aplicación. Solo se muestran ahora.</translation>
    </message>
    <message>
        <source>I have kept them</source>
        <translation>Los he guardado</translation>
    </message>
</context>
<context>
    <name>FactorPart</name>
    <message>
        <source>When a device of yours joins, an app on your telephone shows a code that is asked for, too.</source>
        <translation>Cuando se una un dispositivo tuyo se pide también el código que muestra una aplicación de tu teléfono.</translation>
    </message>
    <message>
        <source>Your second factor</source>
        <translation>Tu segundo factor</translation>
    </message>
    <message>
        <source>A code of the app, or a recovery code</source>
        <translation>Un código de la aplicación, o uno de recuperación</translation>
    </message>
    <message>
        <source>Switch it off</source>
        <translation>Desactivarlo</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>Switch off…</source>
        <translation>Desactivar…</translation>
    </message>
    <message>
        <source>Set up…</source>
        <translation>Preparar…</translation>
    </message>
    <message numerus="yes">
        <source>%n recovery code(s) left.</source>
        <translation>
            <numerusform>Queda %n código de recuperación.</numerusform>
            <numerusform>Quedan %n códigos de recuperación.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is on.</source>
        <translation>Está activado.</translation>
    </message>
    <message>
        <source>No second factor is asked for any more</source>
        <translation>Ya no se pide segundo factor</translation>
    </message>
</context>
<context>
    <name>FactorResetPart</name>
    <message>
        <source>Reset…</source>
        <translation>Restablecer…</translation>
    </message>
    <message>
        <source>Reset the second factor</source>
        <translation>Restablecer el segundo factor</translation>
    </message>
    <message>
        <source>Reset it</source>
        <translation>Restablecerlo</translation>
    </message>
    <message>
        <source>Their devices are shut out and have to be invited again, without it.</source>
        <translation>Sus dispositivos quedan fuera y hay que invitarlos de nuevo, sin él.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>It is on. Reset it when their telephone and their codes are lost.</source>
        <translation>Está activado. Restablécelo cuando haya perdido el teléfono y los códigos.</translation>
    </message>
    <message>
        <source>Second factor</source>
        <translation>Segundo factor</translation>
    </message>
    <message>
        <source>No second factor is asked for any more</source>
        <translation>Ya no se pide segundo factor</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Huella</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Copiar: %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>FieldsCard</name>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
</context>
<context>
    <name>FieldsSheet</name>
    <message>
        <source>Customer fields</source>
        <translation>Campos de cliente</translation>
    </message>
    <message>
        <source>They show beside every conversation, are edited there, and fill replies.</source>
        <translation>Se ven junto a cada conversación, se editan allí y rellenan las respuestas.</translation>
    </message>
    <message>
        <source>New field</source>
        <translation>Nuevo campo</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Subir</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Bajar</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>Opciones</translation>
    </message>
    <message>
        <source>One a line</source>
        <translation>Una por línea</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Número</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Fecha</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>Sí o no</translation>
    </message>
    <message>
        <source>One of several</source>
        <translation>Una de varias</translation>
    </message>
    <message>
        <source>In canned replies: %1</source>
        <translation>En respuestas predefinidas: %1</translation>
    </message>
    <message>
        <source>Field hidden. What customers have in it is kept.</source>
        <translation>Campo oculto. Lo que tienen los clientes se conserva.</translation>
    </message>
</context>
<context>
    <name>FootNotice</name>
    <message>
        <source>From someone new on this ticket</source>
        <translation>De alguien nuevo en este ticket</translation>
    </message>
    <message>
        <source>Let in</source>
        <translation>Admitir</translation>
    </message>
    <message>
        <source>Own ticket</source>
        <translation>Ticket propio</translation>
    </message>
    <message>
        <source>Remote images blocked: %1</source>
        <translation>Imágenes remotas bloqueadas: %1</translation>
    </message>
    <message>
        <source>Load images</source>
        <translation>Cargar imágenes</translation>
    </message>
    <message>
        <source>Too complex to show with its formatting</source>
        <translation>Demasiado complejo para mostrarlo con su formato</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>Enviar ya</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Edit again</source>
        <translation>Volver a editar</translation>
    </message>
</context>
<context>
    <name>GhostCard</name>
    <message>
        <source>%1 is typing…</source>
        <translation>%1 está escribiendo…</translation>
    </message>
    <message>
        <source>The visitor</source>
        <translation>El visitante</translation>
    </message>
</context>
<context>
    <name>HeldBack</name>
    <message>
        <source>An answer of yours came back: somebody wrote before it left.</source>
        <translation>Una respuesta tuya ha vuelto: alguien escribió antes de que saliera.</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ver</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>IdentityCard</name>
    <message>
        <source>A typed address proves nothing. If customers sign in on your site, its server can sign who they are: then their chats are theirs at once, and nobody can pretend to be them. Give this secret to your site&apos;s server; never put it into a page.</source>
        <translation>Una dirección escrita no prueba nada. Si los clientes inician sesión en tu sitio, su servidor puede firmar quiénes son: así sus chats son suyos desde el principio y nadie puede hacerse pasar por ellos. Dale este secreto al servidor de tu sitio; nunca lo pongas en una página.</translation>
    </message>
    <message>
        <source>Secret for signed identities</source>
        <translation>Secreto de las identidades firmadas</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Renew…</source>
        <translation>Renovar…</translation>
    </message>
    <message>
        <source>What was signed with the old one is no longer believed.</source>
        <translation>Lo firmado con el anterior dejará de valer.</translation>
    </message>
    <message>
        <source>Renew now</source>
        <translation>Renovar ahora</translation>
    </message>
    <message>
        <source>There is a new secret</source>
        <translation>Hay un secreto nuevo</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Ocultar</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>InboxPane</name>
    <message>
        <source>Next ticket</source>
        <translation>Ticket siguiente</translation>
    </message>
    <message>
        <source>Previous ticket</source>
        <translation>Ticket anterior</translation>
    </message>
    <message>
        <source>Select ticket</source>
        <translation>Seleccionar ticket</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Show new tickets</source>
        <translation>Mostrar los tickets nuevos</translation>
    </message>
    <message>
        <source>New ticket</source>
        <translation>Ticket nuevo</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Borrar</translation>
    </message>
    <message>
        <source>Tickets</source>
        <translation>Tickets</translation>
    </message>
    <message>
        <source>Sort and density</source>
        <translation>Orden y densidad</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>No se encontró nada</translation>
    </message>
    <message>
        <source>Try fewer or other words. Esc goes back.</source>
        <translation>Prueba con menos palabras o con otras. Esc vuelve atrás.</translation>
    </message>
    <message>
        <source>Nothing is assigned to you</source>
        <translation>No tienes nada asignado</translation>
    </message>
    <message>
        <source>Nothing is unassigned</source>
        <translation>No hay nada sin asignar</translation>
    </message>
    <message>
        <source>All done</source>
        <translation>Todo hecho</translation>
    </message>
    <message>
        <source>Everybody has an answer.</source>
        <translation>Todo el mundo tiene respuesta.</translation>
    </message>
    <message>
        <source>Nothing here</source>
        <translation>Aquí no hay nada</translation>
    </message>
    <message numerus="yes">
        <source>Show %n that need a reply</source>
        <translation>
            <numerusform>Ver la que está sin responder</numerusform>
            <numerusform>Ver %n sin responder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nuevo</numerusform>
            <numerusform>%n nuevos</numerusform>
        </translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Los más recientes primero</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Los más antiguos primero</translation>
    </message>
    <message>
        <source>Comfortable</source>
        <translation>Amplio</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compacto</translation>
    </message>
    <message>
        <source>New view…</source>
        <translation>Vista nueva…</translation>
    </message>
</context>
<context>
    <name>InboxRoom</name>
    <message>
        <source>No conversation chosen</source>
        <translation>Ninguna conversación elegida</translation>
    </message>
    <message>
        <source>J and K walk the list, / searches, Ctrl K finds everything.</source>
        <translation>J y K recorren la lista, / busca y Ctrl K lo encuentra todo.</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Responder</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Añadir nota</translation>
    </message>
    <message>
        <source>Go to my inbox</source>
        <translation>Ir a mi bandeja</translation>
    </message>
    <message>
        <source>Go to unassigned</source>
        <translation>Ir a sin asignar</translation>
    </message>
    <message>
        <source>Go to needs reply</source>
        <translation>Ir a sin responder</translation>
    </message>
    <message>
        <source>Go to all tickets</source>
        <translation>Ir a todos los tickets</translation>
    </message>
    <message>
        <source>Fold views</source>
        <translation>Plegar las vistas</translation>
    </message>
    <message>
        <source>Fold customer</source>
        <translation>Plegar el cliente</translation>
    </message>
    <message>
        <source>New view…</source>
        <translation>Vista nueva…</translation>
    </message>
    <message>
        <source>Fetching this conversation from the host…</source>
        <translation>Trayendo esta conversación del anfitrión…</translation>
    </message>
    <message>
        <source>This conversation is at the host, which cannot be reached now.</source>
        <translation>Esta conversación está en el anfitrión, al que ahora no se puede llegar.</translation>
    </message>
    <message>
        <source>This ticket is no longer here.</source>
        <translation>Este ticket ya no está aquí.</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Synchronising</source>
        <translation>Sincronización</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>InstallCard</name>
    <message>
        <source>Open the test page</source>
        <translation>Abrir la página de prueba</translation>
    </message>
    <message>
        <source>To try it here</source>
        <translation>Para probarlo aquí</translation>
    </message>
    <message>
        <source>For the internet</source>
        <translation>Para internet</translation>
    </message>
    <message>
        <source>Code for your site</source>
        <translation>Código para tu sitio</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>A page of this desk with the box on it, in your browser.</source>
        <translation>Una página de este escritorio con el chat, en tu navegador.</translation>
    </message>
    <message>
        <source>The chat server is starting…</source>
        <translation>El servidor del chat está arrancando…</translation>
    </message>
    <message>
        <source>Write the public address under Reach first.</source>
        <translation>Escribe antes la dirección pública en Alcance.</translation>
    </message>
    <message>
        <source>Before &lt;/body&gt; of every page. It works on the sites named for this box.</source>
        <translation>Antes de &lt;/body&gt; en cada página. Funciona en los sitios indicados para este chat.</translation>
    </message>
    <message>
        <source>Only browsers of this computer reach it.</source>
        <translation>Solo lo alcanzan los navegadores de este equipo.</translation>
    </message>
</context>
<context>
    <name>IntakePart</name>
    <message>
        <source>New conversations go to</source>
        <translation>Las conversaciones nuevas van a</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>From now on, for what is new</source>
        <translation>Desde ahora, para lo nuevo</translation>
    </message>
</context>
<context>
    <name>InviteDialog</name>
    <message>
        <source>Invite %1</source>
        <translation>Invitar a %1</translation>
    </message>
    <message>
        <source>QR code of the invitation</source>
        <translation>Código QR de la invitación</translation>
    </message>
    <message>
        <source>Link of the invitation</source>
        <translation>Enlace de la invitación</translation>
    </message>
    <message>
        <source>New code</source>
        <translation>Código nuevo</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Retirar</translation>
    </message>
    <message>
        <source>On their computer: start deskapp, choose “join a team”, and paste the link, or type the address and the code.</source>
        <translation>En su ordenador: abrir deskapp, elegir «unirse a un equipo» y pegar el enlace, o escribir la dirección y el código.</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Código</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>One device of %1, once</source>
        <translation>Un dispositivo de %1, una vez</translation>
    </message>
    <message>
        <source>Valid for %1</source>
        <translation>Válido durante %1</translation>
    </message>
    <message>
        <source>This invitation has expired.</source>
        <translation>Esta invitación ha caducado.</translation>
    </message>
    <message>
        <source>A device</source>
        <translation>Un dispositivo</translation>
    </message>
    <message>
        <source>“%1” has joined.</source>
        <translation>«%1» se ha unido.</translation>
    </message>
    <message>
        <source>Withdrawn: nobody can use it any more.</source>
        <translation>Retirada: ya nadie puede usarla.</translation>
    </message>
    <message>
        <source>Not reachable at the moment</source>
        <translation>No se llega ahora mismo</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>JobView</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>JoinDialog</name>
    <message>
        <source>Join a team</source>
        <translation>Unirse a un equipo</translation>
    </message>
    <message>
        <source>Join the team again</source>
        <translation>Volver a unirse al equipo</translation>
    </message>
    <message>
        <source>deskapp://… or 192.168.1.20:8791</source>
        <translation>deskapp://… o 192.168.1.20:8791</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>Unirme</translation>
    </message>
    <message>
        <source>Whoever runs the desk finds the invitation in Settings, Team. Paste the link, or type the address and the code.</source>
        <translation>Quien lleva el escritorio encuentra la invitación en Ajustes, Equipo y permisos. Pega el enlace, o escribe la dirección y el código.</translation>
    </message>
    <message>
        <source>What you have not sent stays on this computer and leaves once you are back. The window closes and opens again by itself.</source>
        <translation>Lo que no has enviado se queda en este ordenador y sale cuando hayas vuelto. La ventana se cierra y se abre de nuevo por sí sola.</translation>
    </message>
    <message>
        <source>Link or address</source>
        <translation>Enlace o dirección</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Código</translation>
    </message>
    <message>
        <source>Your password</source>
        <translation>Tu contraseña</translation>
    </message>
    <message>
        <source>Code of your app</source>
        <translation>Código de tu aplicación</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>MailboxPage</name>
    <message>
        <source>Connect</source>
        <translation>Conectar</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Do this later</source>
        <translation>Hacerlo más tarde</translation>
    </message>
    <message>
        <source>Which mailbox do customers write to?</source>
        <translation>¿A qué buzón escriben los clientes?</translation>
    </message>
    <message>
        <source>New mail comes in, and the last 30 days as silent history. Nothing in the mailbox is changed.</source>
        <translation>Entra el correo nuevo, y los últimos 30 días como historial silencioso. No se cambia nada en el buzón.</translation>
    </message>
    <message>
        <source>Write the client ID first.</source>
        <translation>Escribe antes el ID de cliente.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Inbox</source>
        <translation>Bandeja</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>Ir a %1</translation>
    </message>
    <message>
        <source>Find actions and conversations</source>
        <translation>Buscar acciones y conversaciones</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>Something went wrong. Details are in the log.</source>
        <translation>Algo ha fallado. Los detalles están en el registro.</translation>
    </message>
</context>
<context>
    <name>MergeCard</name>
    <message>
        <source>Same person?</source>
        <translation>¿Misma persona?</translation>
    </message>
    <message>
        <source>Merged</source>
        <translation>Unidos</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Unir</translation>
    </message>
    <message>
        <source>Not the same</source>
        <translation>No es la misma</translation>
    </message>
    <message>
        <source>Part of this customer</source>
        <translation>Parte de este cliente</translation>
    </message>
    <message>
        <source>Take apart again</source>
        <translation>Volver a separar</translation>
    </message>
    <message>
        <source>Same mail address %1</source>
        <translation>Mismo correo %1</translation>
    </message>
    <message>
        <source>Same phone %1</source>
        <translation>Mismo teléfono %1</translation>
    </message>
    <message>
        <source>Same identity number %1</source>
        <translation>Mismo documento %1</translation>
    </message>
    <message>
        <source>Same name</source>
        <translation>Mismo nombre</translation>
    </message>
    <message>
        <source>Same organisation %1</source>
        <translation>Misma organización %1</translation>
    </message>
    <message>
        <source>Same mail domain %1</source>
        <translation>Mismo dominio de correo %1</translation>
    </message>
    <message>
        <source>Same %1</source>
        <translation>Mismo dato: %1</translation>
    </message>
    <message>
        <source>Merged with %1</source>
        <translation>Unido con %1</translation>
    </message>
    <message>
        <source>Kept apart</source>
        <translation>Siguen separados</translation>
    </message>
    <message>
        <source>Taken apart</source>
        <translation>Separados</translation>
    </message>
</context>
<context>
    <name>MessageCard</name>
    <message>
        <source>You</source>
        <translation>Tú</translation>
    </message>
    <message>
        <source>Unknown sender</source>
        <translation>Remitente desconocido</translation>
    </message>
    <message>
        <source>%1, forwarded</source>
        <translation>%1, reenviado</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Nota interna</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automático</translation>
    </message>
    <message>
        <source>Attachments: %1</source>
        <translation>Adjuntos: %1</translation>
    </message>
    <message>
        <source>From: %1</source>
        <translation>De: %1</translation>
    </message>
    <message>
        <source>To: %1</source>
        <translation>Para: %1</translation>
    </message>
    <message>
        <source>Cc: %1</source>
        <translation>Cc: %1</translation>
    </message>
    <message>
        <source>Bcc: %1</source>
        <translation>Cco: %1</translation>
    </message>
    <message>
        <source>Subject: %1</source>
        <translation>Asunto: %1</translation>
    </message>
    <message>
        <source>Date: %1</source>
        <translation>Fecha: %1</translation>
    </message>
    <message>
        <source>Sender check: %1</source>
        <translation>Comprobación del remitente: %1</translation>
    </message>
    <message>
        <source>Hide quoted text</source>
        <translation>Ocultar el texto citado</translation>
    </message>
    <message>
        <source>Show quoted text</source>
        <translation>Mostrar el texto citado</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Mostrar todo</translation>
    </message>
    <message>
        <source>More about this message</source>
        <translation>Más sobre este mensaje</translation>
    </message>
    <message>
        <source>Reply to this message</source>
        <translation>Responder a este mensaje</translation>
    </message>
    <message>
        <source>Show as plain text</source>
        <translation>Ver como texto</translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation>Ver el original</translation>
    </message>
</context>
<context>
    <name>Messages</name>
    <message>
        <source>“{value}” is no mail address. Write it as name@example.com.</source>
        <translation>«{value}» no es una dirección de correo. Escríbela como nombre@ejemplo.com.</translation>
    </message>
    <message>
        <source>{value} is already connected. Open it in the list to change it.</source>
        <translation>{value} ya está conectado. Ábrelo en la lista para cambiarlo.</translation>
    </message>
    <message>
        <source>The mailbox of this ticket is no longer connected. Choose another sender.</source>
        <translation>El buzón de este ticket ya no está conectado. Elige otro remitente.</translation>
    </message>
    <message>
        <source>No mailbox is connected yet. Connect one in Settings, Channels.</source>
        <translation>Aún no hay ningún buzón conectado. Conecta uno en Ajustes, Canales.</translation>
    </message>
    <message>
        <source>Nobody would get this. Add a recipient.</source>
        <translation>Nadie lo recibiría. Añade un destinatario.</translation>
    </message>
    <message>
        <source>Too late to undo: it has been sent. Your text is in the conversation.</source>
        <translation>Ya no se puede deshacer: se ha enviado. Tu texto está en la conversación.</translation>
    </message>
    <message>
        <source>There is nothing written yet. Write something.</source>
        <translation>Aún no hay nada escrito. Escribe algo.</translation>
    </message>
    <message>
        <source>A line break does not belong in “{value}”. Take it out.</source>
        <translation>En «{value}» sobra un salto de línea. Quítalo.</translation>
    </message>
    <message>
        <source>There is nothing to retry: it did not fail.</source>
        <translation>No hay nada que reintentar: no falló.</translation>
    </message>
    <message>
        <source>It is on its way already and cannot be changed any more.</source>
        <translation>Ya va de camino y no se puede cambiar.</translation>
    </message>
    <message>
        <source>Only what a customer wrote can become a ticket of its own.</source>
        <translation>Solo lo que escribió un cliente puede ser un ticket aparte.</translation>
    </message>
    <message>
        <source>The original of this mail is missing. Fetch the mail again.</source>
        <translation>Falta el original de este correo. Vuelve a descargarlo.</translation>
    </message>
    <message>
        <source>Give the ticket a subject.</source>
        <translation>Ponle un asunto al ticket.</translation>
    </message>
    <message>
        <source>This ticket is in the trash. Restore it first.</source>
        <translation>Este ticket está en la papelera. Restáuralo antes.</translation>
    </message>
    <message>
        <source>These are one already. Choose another one to merge with.</source>
        <translation>Ya son uno solo. Elige otro con el que unirlo.</translation>
    </message>
    <message>
        <source>That time has passed. Choose a later one.</source>
        <translation>Esa hora ya ha pasado. Elige una posterior.</translation>
    </message>
    <message>
        <source>Ticket {number} is solved. Open it again before you snooze it.</source>
        <translation>El ticket {number} está resuelto. Vuelve a abrirlo antes de posponerlo.</translation>
    </message>
    <message>
        <source>“{tag}” cannot be a tag. Use a short name on one line.</source>
        <translation>«{tag}» no puede ser una etiqueta. Usa un nombre corto en una línea.</translation>
    </message>
    <message>
        <source>There is already a tag “{tag}”. Use another name.</source>
        <translation>Ya hay una etiqueta «{tag}». Usa otro nombre.</translation>
    </message>
    <message>
        <source>{score} is not on a scale from 1 to {scale}. Choose another number.</source>
        <translation>{score} no está en la escala de 1 a {scale}. Elige otro número.</translation>
    </message>
    <message>
        <source>This ticket is no chat.</source>
        <translation>Este ticket no es un chat.</translation>
    </message>
    <message>
        <source>The chat has ended: nobody would see it there. Answer by mail.</source>
        <translation>El chat ha terminado: nadie lo vería allí. Responde por correo.</translation>
    </message>
    <message>
        <source>{name} has taken this chat.</source>
        <translation>{name} ya atiende este chat.</translation>
    </message>
    <message>
        <source>The visitor has given no mail address.</source>
        <translation>El visitante no ha dado ningún correo.</translation>
    </message>
    <message>
        <source>Answer first: a transcript is sent once somebody here has spoken.</source>
        <translation>Responde antes: la conversación se envía cuando alguien de aquí ha hablado.</translation>
    </message>
    <message>
        <source>This address has had enough automatic mail for now. Try again in an hour.</source>
        <translation>Esta dirección ya ha recibido bastante correo automático. Inténtalo dentro de una hora.</translation>
    </message>
    <message>
        <source>This visitor is blocked.</source>
        <translation>Este visitante está bloqueado.</translation>
    </message>
    <message>
        <source>This chat box is switched off.</source>
        <translation>Este chat está desactivado.</translation>
    </message>
    <message>
        <source>A chat message has at most {most} characters. Shorten it or send it by mail.</source>
        <translation>Un mensaje de chat tiene como mucho {most} caracteres. Acórtalo o envíalo por correo.</translation>
    </message>
    <message>
        <source>“{value}” is no website. Write it as https://www.example.com.</source>
        <translation>«{value}» no es un sitio web. Escríbelo como https://www.example.com.</translation>
    </message>
    <message>
        <source>A name is missing. Write one.</source>
        <translation>Falta un nombre. Escríbelo.</translation>
    </message>
    <message>
        <source>“{value}” is not complete. Write mail addresses as name@example.com, and phones with their country, such as +34 611 20 48 77.</source>
        <translation>«{value}» no está completo. Escribe los correos como nombre@ejemplo.com y los teléfonos con su país, como +34 611 20 48 77.</translation>
    </message>
    <message>
        <source>{value} belongs to {name}. If they are the same person, merge the two.</source>
        <translation>{value} es de {name}. Si son la misma persona, únelos.</translation>
    </message>
    <message>
        <source>This value does not fit the field.</source>
        <translation>Este valor no encaja en el campo.</translation>
    </message>
    <message>
        <source>This field has been removed from the desk.</source>
        <translation>Este campo se ha quitado del escritorio.</translation>
    </message>
    <message>
        <source>Write a whole mail address, or a domain such as example.com.</source>
        <translation>Escribe una dirección de correo completa, o un dominio como ejemplo.com.</translation>
    </message>
    <message>
        <source>This desk does not know that setting.</source>
        <translation>Este escritorio no conoce ese ajuste.</translation>
    </message>
    <message>
        <source>This value is not allowed here. The one before stays.</source>
        <translation>Este valor no se permite aquí. Se queda el anterior.</translation>
    </message>
    <message>
        <source>One condition is not complete. Complete it or take it out.</source>
        <translation>Hay una condición incompleta. Complétala o quítala.</translation>
    </message>
    <message>
        <source>The field needs a name.</source>
        <translation>El campo necesita un nombre.</translation>
    </message>
    <message>
        <source>There is a field of that name already. Choose another name.</source>
        <translation>Ya hay un campo con ese nombre. Elige otro.</translation>
    </message>
    <message>
        <source>A field with choices needs at least one choice. Write one a line.</source>
        <translation>Un campo de opciones necesita al menos una. Escribe una por línea.</translation>
    </message>
    <message>
        <source>The reply needs a title.</source>
        <translation>La respuesta necesita un título.</translation>
    </message>
    <message>
        <source>Use only letters, digits, - and _ in the shortcut, and begin with a letter.</source>
        <translation>Usa solo letras, cifras, - y _ en el atajo, y empieza por una letra.</translation>
    </message>
    <message>
        <source>Another reply has the shortcut /{shortcut}. Choose a different one.</source>
        <translation>Otra respuesta tiene el atajo /{shortcut}. Elige uno distinto.</translation>
    </message>
    <message>
        <source>A placeholder is not closed or not understood: {detail}</source>
        <translation>Hay un marcador sin cerrar o que no se entiende: {detail}</translation>
    </message>
    <message>
        <source>“{detail}” is no placeholder. Choose one from the list.</source>
        <translation>«{detail}» no es un marcador. Elige uno de la lista.</translation>
    </message>
    <message>
        <source>This reply has too many placeholders or conditions. Make it simpler.</source>
        <translation>Esta respuesta tiene demasiados marcadores o condiciones. Simplifícala.</translation>
    </message>
    <message>
        <source>This text is too long. Shorten it.</source>
        <translation>Este texto es demasiado largo. Acórtalo.</translation>
    </message>
    <message>
        <source>This needs the team&apos;s desk, and it cannot be reached now. Try again once you are online.</source>
        <translation>Esto necesita el escritorio del equipo y ahora no se llega a él. Inténtalo cuando estés en línea.</translation>
    </message>
    <message>
        <source>{name} is the only administrator: nobody could change anything here any more. Make somebody else an administrator first.</source>
        <translation>{name} es el único administrador: nadie más podría cambiar nada aquí. Haz antes administrador a otra persona.</translation>
    </message>
    <message>
        <source>There is already one called “{name}”.</source>
        <translation>Ya hay uno que se llama «{name}».</translation>
    </message>
    <message>
        <source>There is still something in this department. Say where it is to go.</source>
        <translation>Aún hay algo en este departamento. Indica adónde debe ir.</translation>
    </message>
    <message>
        <source>{name} wrote something that you have not seen. Look before you send.</source>
        <translation>{name} escribió algo que no has visto. Míralo antes de enviar.</translation>
    </message>
    <message>
        <source>{name} has taken #{number} meanwhile.</source>
        <translation>{name} ha cogido #{number} entretanto.</translation>
    </message>
    <message>
        <source>{name} reads and notes but does not answer customers. Choose somebody else.</source>
        <translation>{name} lee y anota, pero no responde a clientes. Elige a otra persona.</translation>
    </message>
    <message>
        <source>A conversation of two has no name and no further members. Make a group.</source>
        <translation>Una conversación de dos no tiene nombre ni más miembros. Crea un grupo.</translation>
    </message>
    <message>
        <source>Choose at least one colleague, but not too many.</source>
        <translation>Elige al menos un compañero, pero no demasiados.</translation>
    </message>
    <message>
        <source>{name} does not take part in this conversation.</source>
        <translation>{name} no participa en esta conversación.</translation>
    </message>
    <message>
        <source>This is no longer there.</source>
        <translation>Esto ya no está.</translation>
    </message>
    <message>
        <source>This cannot be done here. {detail}</source>
        <translation>Esto no se puede hacer aquí. {detail}</translation>
    </message>
    <message>
        <source>Your role at this desk does not allow this. An administrator can change that.</source>
        <translation>Tu papel en este escritorio no lo permite. Un administrador puede cambiarlo.</translation>
    </message>
    <message>
        <source>{name} may no longer work at this desk. An administrator can change that.</source>
        <translation>{name} ya no puede trabajar en este escritorio. Un administrador puede cambiarlo.</translation>
    </message>
    <message>
        <source>This has been done already.</source>
        <translation>Esto ya está hecho.</translation>
    </message>
    <message>
        <source>Find the incoming server</source>
        <translation>Encontrar el servidor de entrada</translation>
    </message>
    <message>
        <source>Connect to the incoming server</source>
        <translation>Conectar con el servidor de entrada</translation>
    </message>
    <message>
        <source>Encrypt the incoming connection</source>
        <translation>Cifrar la conexión de entrada</translation>
    </message>
    <message>
        <source>Sign in for incoming mail</source>
        <translation>Iniciar sesión para el correo de entrada</translation>
    </message>
    <message>
        <source>Open the mail folders</source>
        <translation>Abrir las carpetas de correo</translation>
    </message>
    <message>
        <source>Find the outgoing server</source>
        <translation>Encontrar el servidor de salida</translation>
    </message>
    <message>
        <source>Connect to the outgoing server</source>
        <translation>Conectar con el servidor de salida</translation>
    </message>
    <message>
        <source>Encrypt the outgoing connection</source>
        <translation>Cifrar la conexión de salida</translation>
    </message>
    <message>
        <source>Sign in for outgoing mail</source>
        <translation>Iniciar sesión para el correo de salida</translation>
    </message>
    <message>
        <source>Read the address</source>
        <translation>Leer la dirección</translation>
    </message>
    <message>
        <source>Find it on the internet</source>
        <translation>Encontrarla en internet</translation>
    </message>
    <message>
        <source>Connect to it</source>
        <translation>Conectar con ella</translation>
    </message>
    <message>
        <source>Agree on encryption</source>
        <translation>Acordar el cifrado</translation>
    </message>
    <message>
        <source>Get an answer from this desk</source>
        <translation>Recibir respuesta de este escritorio</translation>
    </message>
    <message>
        <source>Open a chat connection</source>
        <translation>Abrir una conexión de chat</translation>
    </message>
    <message>
        <source>There is no server of this name. Check the spelling, and that this computer is online.</source>
        <translation>No hay ningún servidor con este nombre. Revisa cómo está escrito y que este equipo tenga conexión.</translation>
    </message>
    <message>
        <source>The server is there but nothing answers on this port. Check the port and the encryption.</source>
        <translation>El servidor está, pero nadie responde en este puerto. Revisa el puerto y el cifrado.</translation>
    </message>
    <message>
        <source>The server cannot be reached. Check that this computer is online.</source>
        <translation>No se puede llegar al servidor. Comprueba que este equipo tenga conexión.</translation>
    </message>
    <message>
        <source>The server does not answer. Check the port; a firewall may stand in the way. Try again later.</source>
        <translation>El servidor no responde. Revisa el puerto; puede haber un cortafuegos en medio. Inténtalo más tarde.</translation>
    </message>
    <message>
        <source>The connection broke. It is tried again by itself; nothing is lost.</source>
        <translation>Se cortó la conexión. Se reintenta solo; no se pierde nada.</translation>
    </message>
    <message>
        <source>There is no encryption on this port. Choose TLS with port 993 (incoming) or 465 (outgoing), or STARTTLS with 143 or 587.</source>
        <translation>En este puerto no hay cifrado. Elige TLS con el puerto 993 (entrada) o 465 (salida), o STARTTLS con el 143 o el 587.</translation>
    </message>
    <message>
        <source>Nobody vouches for the server&apos;s certificate. If the server is your own, compare the fingerprint and trust it. Otherwise ask your mail provider.</source>
        <translation>Nadie responde por el certificado del servidor. Si el servidor es tuyo, compara la huella y confía en él. Si no, pregunta a tu proveedor de correo.</translation>
    </message>
    <message>
        <source>The server&apos;s certificate has expired, or this computer&apos;s date is wrong. Check the date, then ask your mail provider to renew the certificate.</source>
        <translation>El certificado del servidor ha caducado, o la fecha de este equipo está mal. Revisa la fecha y pide a tu proveedor que renueve el certificado.</translation>
    </message>
    <message>
        <source>The certificate is for another server name. Use the name that your mail provider gives.</source>
        <translation>El certificado es de otro servidor. Usa el nombre que da tu proveedor de correo.</translation>
    </message>
    <message>
        <source>The server only speaks an old kind of encryption that is no longer safe. Ask your mail provider to update it.</source>
        <translation>El servidor solo habla un cifrado antiguo que ya no es seguro. Pide a tu proveedor que lo actualice.</translation>
    </message>
    <message>
        <source>Encryption could not be agreed with the server. Check the port and the encryption.</source>
        <translation>No se pudo acordar el cifrado con el servidor. Revisa el puerto y el cifrado.</translation>
    </message>
    <message>
        <source>The server refused the user name or the password. Check both.</source>
        <translation>El servidor rechazó el usuario o la contraseña. Revisa los dos.</translation>
    </message>
    <message>
        <source>This provider wants an app password. Make one on its website and write it here.</source>
        <translation>Este proveedor pide una contraseña de aplicación. Créala en su web y escríbela aquí.</translation>
    </message>
    <message>
        <source>This provider takes no passwords from programs. Sign in with the browser.</source>
        <translation>Este proveedor no admite contraseñas de programas. Inicia sesión en el navegador.</translation>
    </message>
    <message>
        <source>There is no password for this mailbox. Open it and write the password.</source>
        <translation>Este buzón no tiene contraseña. Ábrelo y escríbela.</translation>
    </message>
    <message>
        <source>The permission has expired or was withdrawn. Sign in again with the browser.</source>
        <translation>El permiso ha caducado o se ha retirado. Vuelve a iniciar sesión en el navegador.</translation>
    </message>
    <message>
        <source>A folder is not there on the server. Check the folders of this mailbox.</source>
        <translation>Una carpeta no está en el servidor. Revisa las carpetas de este buzón.</translation>
    </message>
    <message>
        <source>The server takes no mail from this address. Check that the user name belongs to it.</source>
        <translation>El servidor no acepta correo de esta dirección. Comprueba que el usuario sea el suyo.</translation>
    </message>
    <message>
        <source>The server does not accept one of the recipients. Check the addresses.</source>
        <translation>El servidor no acepta a uno de los destinatarios. Revisa las direcciones.</translation>
    </message>
    <message>
        <source>One of the addresses is not complete. Write it as name@example.com.</source>
        <translation>Una de las direcciones no está completa. Escríbela como nombre@ejemplo.com.</translation>
    </message>
    <message>
        <source>The server refused the message itself. It may be too large or look like spam; change it and send again.</source>
        <translation>El servidor rechazó el mensaje. Puede ser demasiado grande o parecer spam; cámbialo y envíalo de nuevo.</translation>
    </message>
    <message>
        <source>The server is busy and asks to wait. It is tried again by itself.</source>
        <translation>El servidor está ocupado y pide esperar. Se reintenta solo.</translation>
    </message>
    <message>
        <source>What answers there does not speak mail as it should. Check the server name and the port.</source>
        <translation>Lo que responde ahí no habla correo como debe. Revisa el servidor y el puerto.</translation>
    </message>
    <message>
        <source>The connection broke while sending: it may have arrived. Ask before you send it again.</source>
        <translation>Se cortó la conexión al enviar: puede que haya llegado. Pregunta antes de repetirlo.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Detenido.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was left half done.</source>
        <translation>Detenido. No ha quedado nada a medias.</translation>
    </message>
    <message>
        <source>The disk is full. Make room or choose another one.</source>
        <translation>El disco está lleno. Haz sitio o elige otro.</translation>
    </message>
    <message>
        <source>{path} cannot be read or written. Choose another place.</source>
        <translation>No se puede leer o escribir en {path}. Elige otro sitio.</translation>
    </message>
    <message>
        <source>{path} is there already. Choose another name.</source>
        <translation>{path} ya existe. Elige otro nombre.</translation>
    </message>
    <message>
        <source>{path} is not there any more. Choose again.</source>
        <translation>{path} ya no está. Vuelve a elegir.</translation>
    </message>
    <message>
        <source>{path} is not empty. Choose an empty folder.</source>
        <translation>{path} no está vacía. Elige una carpeta vacía.</translation>
    </message>
    <message>
        <source>{path} is inside the desk&apos;s own folder. Choose a place outside it.</source>
        <translation>{path} está dentro de la carpeta del escritorio. Elige un sitio fuera de ella.</translation>
    </message>
    <message>
        <source>No mail was found in {path}. Choose an mbox file, a Maildir or .eml files.</source>
        <translation>No se encontró correo en {path}. Elige un mbox, un Maildir o archivos .eml.</translation>
    </message>
    <message>
        <source>The backup could not be read back and was removed. Choose another disk and try again.</source>
        <translation>La copia no se pudo comprobar y se quitó. Elige otro disco e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>A stored file is missing or damaged. Restore the latest backup.</source>
        <translation>Falta un archivo guardado o está dañado. Restaura la última copia.</translation>
    </message>
    <message>
        <source>The desk&apos;s database is damaged. Restore the latest backup.</source>
        <translation>La base de datos del escritorio está dañada. Restaura la última copia.</translation>
    </message>
    <message>
        <source>The desk is being closed. Try again in a moment.</source>
        <translation>El escritorio se está cerrando. Inténtalo en un momento.</translation>
    </message>
    <message>
        <source>No keyring is running to keep passwords in. Start one (GNOME Keyring, KWallet) and try again.</source>
        <translation>No hay ningún llavero en marcha donde guardar contraseñas. Inicia uno (GNOME Keyring, KWallet) e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>The keyring is locked. Unlock it and try again.</source>
        <translation>El llavero está bloqueado. Desbloquéalo e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>The keyring no longer holds this desk&apos;s key. Restore a backup with its passphrase, or write the passwords of your mailboxes again.</source>
        <translation>El llavero ya no tiene la clave de este escritorio. Restaura una copia con su frase de contraseña, o vuelve a escribir las contraseñas de tus buzones.</translation>
    </message>
    <message>
        <source>The keyring&apos;s key does not open this desk&apos;s passwords. Restore a backup with its passphrase.</source>
        <translation>La clave del llavero no abre las contraseñas de este escritorio. Restaura una copia con su frase de contraseña.</translation>
    </message>
    <message>
        <source>The desk&apos;s passwords are damaged. Restore the latest backup.</source>
        <translation>Las contraseñas del escritorio están dañadas. Restaura la última copia.</translation>
    </message>
    <message>
        <source>Write a passphrase.</source>
        <translation>Escribe una frase de contraseña.</translation>
    </message>
    <message>
        <source>The passphrase is wrong. Try again.</source>
        <translation>La frase de contraseña no es correcta. Inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>The disk of this computer is full: nothing new can be kept. Make room, then it goes on.</source>
        <translation>El disco de este ordenador está lleno: no se puede guardar nada nuevo. Haz sitio y todo seguirá.</translation>
    </message>
    <message>
        <source>The disk of this computer fails: nothing more is written. Copy what you are writing, close deskapp and have the disk looked at. When it is opened again the desk is checked first.</source>
        <translation>El disco de este ordenador falla: no se escribe nada más. Copia lo que estés escribiendo, cierra deskapp y haz que revisen el disco. Al abrirlo de nuevo, primero se comprueba el escritorio.</translation>
    </message>
    <message>
        <source>The disk of this computer answers with errors: what you do may not be kept. Copy what you are writing, and have the disk looked at.</source>
        <translation>El disco de este ordenador responde con errores: puede que no se guarde lo que hagas. Copia lo que estés escribiendo y haz que revisen el disco.</translation>
    </message>
    <message>
        <source>It did not work ({code}). Details are in the log.</source>
        <translation>No ha funcionado ({code}). Los detalles están en el registro.</translation>
    </message>
    <message>
        <source>Chat does not run: another program uses its port. Choose another port in Settings, Web chat.</source>
        <translation>El chat no funciona: otro programa usa su puerto. Elige otro en Ajustes, Chat web.</translation>
    </message>
    <message>
        <source>Chat does not run: this computer has no address on a network. Connect it, or let chat stay on this computer.</source>
        <translation>El chat no funciona: este equipo no tiene dirección en ninguna red. Conéctalo o deja el chat solo en este equipo.</translation>
    </message>
    <message>
        <source>Chat does not run. Details are in the log; start the desk again.</source>
        <translation>El chat no funciona. Los detalles están en el registro; vuelve a abrir el escritorio.</translation>
    </message>
    <message>
        <source>Chat is not running here yet. Add a chat box and switch it on.</source>
        <translation>El chat aún no funciona aquí. Añade un chat y actívalo.</translation>
    </message>
    <message>
        <source>This is no web address. Write it as https://chat.example.com.</source>
        <translation>No es una dirección web. Escríbela como https://chat.example.com.</translation>
    </message>
    <message>
        <source>A site with https takes no chat without it. Write the address with https:// and let the proxy do the encryption.</source>
        <translation>Un sitio con https no admite un chat sin él. Escribe la dirección con https:// y deja el cifrado al proxy.</translation>
    </message>
    <message>
        <source>Nobody knows this name. Check the spelling, and that its DNS entry leads to your proxy.</source>
        <translation>Nadie conoce este nombre. Revisa cómo está escrito y que su entrada DNS lleve a tu proxy.</translation>
    </message>
    <message>
        <source>The computer is there but nothing answers. Check that the proxy or the tunnel is running.</source>
        <translation>El equipo está, pero nada responde. Comprueba que el proxy o el túnel estén en marcha.</translation>
    </message>
    <message>
        <source>It cannot be reached. Check that this computer and the proxy are online.</source>
        <translation>No se puede alcanzar. Comprueba que este equipo y el proxy tengan conexión.</translation>
    </message>
    <message>
        <source>Nothing answers in time. A firewall or a router may stand in the way.</source>
        <translation>Nada responde a tiempo. Puede que un cortafuegos o un router lo impida.</translation>
    </message>
    <message>
        <source>The connection broke off. Check the proxy&apos;s own log.</source>
        <translation>La conexión se cortó. Mira el registro del proxy.</translation>
    </message>
    <message>
        <source>No browser would trust this certificate: it is expired, for another name, or nobody vouches for it. Get one from a public authority; Caddy does it by itself.</source>
        <translation>Ningún navegador se fiaría de este certificado: ha caducado, es de otro nombre o nadie responde por él. Consigue uno de una autoridad pública; Caddy lo hace solo.</translation>
    </message>
    <message>
        <source>Encryption could not be agreed. Check the proxy&apos;s certificate.</source>
        <translation>No se pudo acordar el cifrado. Revisa el certificado del proxy.</translation>
    </message>
    <message>
        <source>Something answers there, but not this desk. Let the proxy pass everything on to this computer and its chat port, with the Host header as it came.</source>
        <translation>Algo responde allí, pero no este escritorio. Haz que el proxy lo pase todo a este equipo y a su puerto de chat, con la cabecera Host tal como llegó.</translation>
    </message>
    <message>
        <source>Pages come through but chat connections do not. Let the proxy pass on the Upgrade and Connection headers.</source>
        <translation>Las páginas pasan, pero las conexiones de chat no. Haz que el proxy pase las cabeceras Upgrade y Connection.</translation>
    </message>
    <message>
        <source>This step did not work. Details are in the log.</source>
        <translation>Este paso no funcionó. Los detalles están en el registro.</translation>
    </message>
    <message>
        <source>Reach the team&apos;s desk</source>
        <translation>Llegar al escritorio del equipo</translation>
    </message>
    <message>
        <source>See that it is the right one</source>
        <translation>Comprobar que es el correcto</translation>
    </message>
    <message>
        <source>Use the invitation</source>
        <translation>Usar la invitación</translation>
    </message>
    <message>
        <source>Keep the key on this computer</source>
        <translation>Guardar la llave en este ordenador</translation>
    </message>
    <message>
        <source>The team&apos;s desk cannot be reached. Check that both computers are on the same network and that the desk is being shared; a firewall may stand in the way.</source>
        <translation>No se llega al escritorio del equipo. Comprueba que los dos ordenadores están en la misma red y que el escritorio se comparte; puede haber un cortafuegos en medio.</translation>
    </message>
    <message>
        <source>Another computer answers in the desk&apos;s place. Do not go on; ask whoever invited you for a new link.</source>
        <translation>Otro ordenador responde en lugar del escritorio. No sigas; pide un enlace nuevo a quien te invitó.</translation>
    </message>
    <message>
        <source>One of the two programs is too old for the other. Update both, then ask for a new code.</source>
        <translation>Uno de los dos programas es demasiado antiguo para el otro. Actualiza ambos y pide un código nuevo.</translation>
    </message>
    <message>
        <source>The desk does not know this code. Check the digits, or ask for a new one.</source>
        <translation>El escritorio no conoce este código. Revisa las cifras o pide uno nuevo.</translation>
    </message>
    <message>
        <source>The invitation is too old or was used already. Ask for a new one.</source>
        <translation>La invitación ha caducado o ya se usó. Pide una nueva.</translation>
    </message>
    <message>
        <source>The desk asks for your password, beside the invitation. Write it and try again.</source>
        <translation>El escritorio pide tu contraseña, además de la invitación. Escríbela e inténtalo de nuevo.</translation>
    </message>
    <message>
        <source>The desk asks for your second factor, too. Write the code that your app shows.</source>
        <translation>El escritorio pide también tu segundo factor. Escribe el código que muestra tu aplicación.</translation>
    </message>
    <message>
        <source>This code is not good, or was used already. Wait for the next one, or write a recovery code.</source>
        <translation>Este código no vale, o ya se usó. Espera al siguiente o escribe un código de recuperación.</translation>
    </message>
    <message>
        <source>This invitation is for somebody else. What you have not sent is yours alone: ask for an invitation in your own name.</source>
        <translation>Esta invitación es para otra persona. Lo que no has enviado es solo tuyo: pide una invitación a tu nombre.</translation>
    </message>
    <message>
        <source>Too many tries. Wait ten minutes, then ask for a new code.</source>
        <translation>Demasiados intentos. Espera diez minutos y pide un código nuevo.</translation>
    </message>
    <message>
        <source>You may no longer work at this desk. Ask an administrator.</source>
        <translation>Ya no puedes trabajar en este escritorio. Pregunta a un administrador.</translation>
    </message>
    <message>
        <source>This is no address. Write it as you were told, such as 192.168.1.20:8791.</source>
        <translation>Esto no es una dirección. Escríbela como te la dieron, por ejemplo 192.168.1.20:8791.</translation>
    </message>
    <message>
        <source>This link is not complete. Copy all of it, from deskapp: to its end.</source>
        <translation>Este enlace no está completo. Cópialo entero, desde deskapp: hasta el final.</translation>
    </message>
    <message>
        <source>It is not shared: another program uses this port. Choose another one.</source>
        <translation>No se comparte: otro programa usa este puerto. Elige otro.</translation>
    </message>
    <message>
        <source>It is not shared: this computer has no address on a network. Connect it to one.</source>
        <translation>No se comparte: este ordenador no tiene dirección en ninguna red. Conéctalo a una.</translation>
    </message>
    <message>
        <source>It is not shared. Details are in the log; switch it off and on again.</source>
        <translation>No se comparte. Los detalles están en el registro; apágalo y enciéndelo de nuevo.</translation>
    </message>
    <message>
        <source>This code is not good, or was used already. Look that the telephone&apos;s clock is right, and wait for the next code.</source>
        <translation>Este código no vale, o ya se usó. Comprueba que el reloj del teléfono va bien y espera al siguiente código.</translation>
    </message>
    <message>
        <source>This took too long. Close this and set it up once more.</source>
        <translation>Ha pasado demasiado tiempo. Cierra esto y prepáralo otra vez.</translation>
    </message>
    <message>
        <source>It is switched on already. Switch it off before you set it up anew.</source>
        <translation>Ya está activado. Desactívalo antes de prepararlo de nuevo.</translation>
    </message>
    <message>
        <source>Too many tries. Wait a minute or two, then try again.</source>
        <translation>Demasiados intentos. Espera uno o dos minutos y prueba otra vez.</translation>
    </message>
    <message>
        <source>The team&apos;s desk cannot be reached now. Try again when you are online.</source>
        <translation>Ahora no se llega al escritorio del equipo. Prueba otra vez cuando tengas conexión.</translation>
    </message>
    <message>
        <source>The team&apos;s desk is too old for this. Ask whoever runs it to update it.</source>
        <translation>El escritorio del equipo es demasiado antiguo para esto. Pide a quien lo lleva que lo actualice.</translation>
    </message>
</context>
<context>
    <name>NearbyList</name>
    <message>
        <source>Found nearby</source>
        <translation>Encontrados cerca</translation>
    </message>
    <message>
        <source>Anybody can announce a desk: the code or link shows that it is yours.</source>
        <translation>Cualquiera puede anunciar un escritorio: el código o el enlace demuestra que es el tuyo.</translation>
    </message>
</context>
<context>
    <name>NewBoxForm</name>
    <message>
        <source>The visitor&apos;s</source>
        <translation>El del visitante</translation>
    </message>
    <message>
        <source>Make the box</source>
        <translation>Crear el chat</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Visitors read it at the top.</source>
        <translation>El visitante lo lee arriba.</translation>
    </message>
    <message>
        <source>Website</source>
        <translation>Sitio web</translation>
    </message>
    <message>
        <source>Where it may stand. Leave it empty to try it here first.</source>
        <translation>Dónde puede estar. Déjalo vacío para probarlo antes aquí.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>NewContactForm</name>
    <message>
        <source>New customer</source>
        <translation>Nuevo cliente</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Mail</source>
        <translation>Correo</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Teléfono</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>Organización</translation>
    </message>
    <message>
        <source>With its country, such as +34 611 20 48 77</source>
        <translation>Con su país, como +34 611 20 48 77</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Crear</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>NewTalkDialog</name>
    <message>
        <source>Talk with colleagues</source>
        <translation>Hablar con compañeros</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupo</translation>
    </message>
    <message>
        <source>Search colleagues</source>
        <translation>Buscar compañeros</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Colleagues</source>
        <translation>Compañeros</translation>
    </message>
    <message>
        <source>Name of the group (optional)</source>
        <translation>Nombre del grupo (opcional)</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Empezar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>About #%1 %2</source>
        <translation>Sobre #%1 %2</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>NewTicketDialog</name>
    <message>
        <source>New ticket</source>
        <translation>Ticket nuevo</translation>
    </message>
    <message>
        <source>Customer: name, mail address or phone</source>
        <translation>Cliente: nombre, correo o teléfono</translation>
    </message>
    <message>
        <source>Customers found</source>
        <translation>Clientes encontrados</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>What the customer said</source>
        <translation>Lo que dijo el cliente</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Crear</translation>
    </message>
    <message>
        <source>New customer “%1”</source>
        <translation>Cliente nuevo «%1»</translation>
    </message>
    <message>
        <source>Say who the customer is.</source>
        <translation>Indica quién es el cliente.</translation>
    </message>
    <message>
        <source>Give the ticket a subject.</source>
        <translation>Ponle un asunto al ticket.</translation>
    </message>
</context>
<context>
    <name>NotesCard</name>
    <message>
        <source>Notes</source>
        <translation>Notas</translation>
    </message>
    <message>
        <source>+ Add</source>
        <translation>+ Añadir</translation>
    </message>
    <message>
        <source>A note for colleagues; Ctrl+Return keeps it</source>
        <translation>Una nota para el equipo; Ctrl+Intro la guarda</translation>
    </message>
    <message>
        <source>Remove this note</source>
        <translation>Quitar esta nota</translation>
    </message>
    <message>
        <source>Note removed</source>
        <translation>Nota quitada</translation>
    </message>
</context>
<context>
    <name>NotificationCentre</name>
    <message>
        <source>Notifications</source>
        <translation>Avisos</translation>
    </message>
    <message>
        <source>Mark all as seen</source>
        <translation>Marcar todo como visto</translation>
    </message>
    <message>
        <source>Sound and notifications</source>
        <translation>Sonido y avisos</translation>
    </message>
    <message>
        <source>Nothing has rung yet</source>
        <translation>Aún no ha sonado nada</translation>
    </message>
    <message>
        <source>New mail, failed sends and mailbox problems are listed here.</source>
        <translation>Aquí se listan el correo nuevo, los envíos fallidos y los problemas de los buzones.</translation>
    </message>
    <message>
        <source>played %1</source>
        <translation>sonó a las %1</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>en silencio</translation>
    </message>
    <message>
        <source>seen %1</source>
        <translation>visto a las %1</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Nuevo</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>Notifications</source>
        <translation>Avisos</translation>
    </message>
    <message>
        <source>Switch notifications off</source>
        <translation>Desactivar los avisos</translation>
    </message>
    <message>
        <source>Switch notifications on</source>
        <translation>Activar los avisos</translation>
    </message>
    <message>
        <source>Mark all notifications as seen</source>
        <translation>Marcar todos los avisos como vistos</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>Atender</translation>
    </message>
</context>
<context>
    <name>Notify</name>
    <message>
        <source>New conversation</source>
        <translation>Conversación nueva</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
    <message>
        <source>Chat message</source>
        <translation>Mensaje de chat</translation>
    </message>
    <message>
        <source>Customer answered</source>
        <translation>El cliente ha contestado</translation>
    </message>
    <message>
        <source>Snooze is over</source>
        <translation>Vuelve un pospuesto</translation>
    </message>
    <message>
        <source>Could not be sent</source>
        <translation>No se pudo enviar</translation>
    </message>
    <message>
        <source>From someone new</source>
        <translation>De alguien nuevo</translation>
    </message>
    <message>
        <source>Mailbox problem</source>
        <translation>Problema con un buzón</translation>
    </message>
    <message>
        <source>A colleague mentions you</source>
        <translation>Un compañero te menciona</translation>
    </message>
    <message>
        <source>Three bells</source>
        <translation>Tres campanas</translation>
    </message>
    <message>
        <source>Two bells</source>
        <translation>Dos campanas</translation>
    </message>
    <message>
        <source>Knock</source>
        <translation>Golpes en madera</translation>
    </message>
    <message>
        <source>One bell</source>
        <translation>Una campana</translation>
    </message>
    <message>
        <source>Low horn</source>
        <translation>Bocina grave</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguno</translation>
    </message>
</context>
<context>
    <name>OlderPart</name>
    <message>
        <source>Older, at the host</source>
        <translation>Más antiguas, en el anfitrión</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>Mostrar más</translation>
    </message>
    <message>
        <source>Fetching the conversation: %1 %</source>
        <translation>Trayendo la conversación: %1 %</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Buscando…</translation>
    </message>
    <message>
        <source>Nothing older was found.</source>
        <translation>No se encontró nada más antiguo.</translation>
    </message>
    <message>
        <source>The host cannot be reached: only this computer was searched.</source>
        <translation>No se puede llegar al anfitrión: solo se buscó en este equipo.</translation>
    </message>
    <message>
        <source>That did not work. Try again.</source>
        <translation>No funcionó. Inténtalo de nuevo.</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Find actions and conversations</source>
        <translation>Buscar acciones y conversaciones</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Encontrado</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>Acciones</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Conversaciones</translation>
    </message>
    <message>
        <source>Search the list for “%1”</source>
        <translation>Buscar «%1» en la lista</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>Clientes</translation>
    </message>
</context>
<context>
    <name>PasswordPart</name>
    <message>
        <source>Set</source>
        <translation>Poner</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Asked for beside the code when a device joins. Set an empty one to ask for none. After a change their devices have to be invited again.</source>
        <translation>Se pide junto al código cuando se une un dispositivo. Pon una vacía para no pedir ninguna. Tras un cambio hay que invitar de nuevo sus dispositivos.</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>Poner la contraseña</translation>
    </message>
    <message>
        <source>At least %1 characters.</source>
        <translation>Al menos %1 caracteres.</translation>
    </message>
    <message>
        <source>No password is asked for any more</source>
        <translation>Ya no se pide contraseña</translation>
    </message>
    <message>
        <source>Password set</source>
        <translation>Contraseña puesta</translation>
    </message>
</context>
<context>
    <name>PersonEditor</name>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Invite a device…</source>
        <translation>Invitar un dispositivo…</translation>
    </message>
    <message>
        <source>All colleagues</source>
        <translation>Todos los compañeros</translation>
    </message>
    <message>
        <source>First and last name</source>
        <translation>Nombre y apellidos</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Only for colleagues; not a mailbox.</source>
        <translation>Solo para compañeros; no es un buzón.</translation>
    </message>
    <message>
        <source>Mail</source>
        <translation>Correo</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Papel</translation>
    </message>
    <message>
        <source>Sees %1</source>
        <translation>Ve %1</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Devices are invited and shut out on the computer that has the desk.</source>
        <translation>Los dispositivos se invitan y se revocan en el ordenador que tiene el escritorio.</translation>
    </message>
    <message>
        <source>Let work again</source>
        <translation>Dejar trabajar de nuevo</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>Desactivar</translation>
    </message>
    <message>
        <source>Share the desk first: there is a switch on the page before.</source>
        <translation>Comparte antes el escritorio: el interruptor está en la página anterior.</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Guardado</translation>
    </message>
    <message>
        <source>%1 may no longer work here; what they wrote stays</source>
        <translation>%1 ya no puede trabajar aquí; lo que escribió se queda</translation>
    </message>
    <message>
        <source>%1 may work here again</source>
        <translation>%1 puede trabajar aquí de nuevo</translation>
    </message>
</context>
<context>
    <name>PreflightBar</name>
    <message>
        <source>Go there</source>
        <translation>Ir allí</translation>
    </message>
    <message>
        <source>Send anyway</source>
        <translation>Enviar de todos modos</translation>
    </message>
    <message>
        <source>There is nothing to send yet.</source>
        <translation>Aún no hay nada que enviar.</translation>
    </message>
    <message>
        <source>Nobody would get this. Add a recipient.</source>
        <translation>Nadie lo recibiría. Añade un destinatario.</translation>
    </message>
    <message>
        <source>A chat message has at most %1 characters.</source>
        <translation>Un mensaje de chat tiene como mucho %1 caracteres.</translation>
    </message>
    <message>
        <source>“%1” is no mail address.</source>
        <translation>«%1» no es una dirección de correo.</translation>
    </message>
    <message>
        <source>A placeholder is not filled in: %1.</source>
        <translation>Falta rellenar un marcador: %1.</translation>
    </message>
    <message>
        <source>This looks like a placeholder: {{ %1 }}.</source>
        <translation>Esto parece un marcador: {{ %1 }}.</translation>
    </message>
    <message>
        <source>It says “%1”, but nothing is attached.</source>
        <translation>Dice «%1», pero no hay nada adjunto.</translation>
    </message>
    <message>
        <source>The subject is empty.</source>
        <translation>El asunto está vacío.</translation>
    </message>
    <message>
        <source>A file is still being attached. It is sent as soon as it is there.</source>
        <translation>Aún se está adjuntando un archivo. Se envía en cuanto esté.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>%1 is typing</source>
        <translation>%1 está escribiendo</translation>
    </message>
    <message>
        <source>%1 are typing</source>
        <translation>%1 están escribiendo</translation>
    </message>
    <message>
        <source>%1 is looking</source>
        <translation>%1 está mirando</translation>
    </message>
    <message>
        <source>%1 are looking</source>
        <translation>%1 están mirando</translation>
    </message>
    <message>
        <source>A colleague</source>
        <translation>Un compañero</translation>
    </message>
</context>
<context>
    <name>ProfileSheet</name>
    <message>
        <source>Profile and state</source>
        <translation>Perfil y estado</translation>
    </message>
    <message>
        <source>Your name fills replies and signs your notes; your state is for colleagues.</source>
        <translation>Tu nombre rellena las respuestas y firma tus notas; tu estado es para el equipo.</translation>
    </message>
    <message>
        <source>Reason for the break</source>
        <translation>Motivo de la pausa</translation>
    </message>
    <message>
        <source>Colleagues see it.</source>
        <translation>Lo ve el equipo.</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Mail</source>
        <translation>Correo</translation>
    </message>
    <message>
        <source>Only for colleagues; not a mailbox.</source>
        <translation>Solo para el equipo; no es un buzón.</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>On a break, nothing rings.</source>
        <translation>En pausa no suena nada.</translation>
    </message>
    <message>
        <source>Away by itself after</source>
        <translation>Ausente por sí solo tras</translation>
    </message>
    <message>
        <source>When nobody touches keyboard or mouse. Back at the first touch.</source>
        <translation>Cuando nadie toca el teclado ni el ratón. Vuelve al primer toque.</translation>
    </message>
</context>
<context>
    <name>QuestionsEditor</name>
    <message>
        <source>Add a question</source>
        <translation>Añadir una pregunta</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Me and my state: %1, %2</source>
        <translation>Yo y mi estado: %1, %2</translation>
    </message>
</context>
<context>
    <name>ReachSection</name>
    <message>
        <source>This computer</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>The local network</source>
        <translation>La red local</translation>
    </message>
    <message>
        <source>Configuration of the proxy</source>
        <translation>Configuración del proxy</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
    <message>
        <source>Test the address</source>
        <translation>Probar la dirección</translation>
    </message>
    <message>
        <source>Answer connections from</source>
        <translation>Responder a conexiones de</translation>
    </message>
    <message>
        <source>A proxy on this computer needs no more than “This computer”.</source>
        <translation>A un proxy de este equipo le basta «Este equipo».</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Puerto</translation>
    </message>
    <message>
        <source>Public address</source>
        <translation>Dirección pública</translation>
    </message>
    <message>
        <source>Where a reverse proxy or a tunnel of yours answers, with https.</source>
        <translation>Donde responde tu proxy inverso o tu túnel, con https.</translation>
    </message>
    <message>
        <source>Proxies to believe</source>
        <translation>Proxies de confianza</translation>
    </message>
    <message>
        <source>Their addresses, with commas: whose word counts on where visitors come from.</source>
        <translation>Sus direcciones, con comas: de quién se cree de dónde viene el visitante.</translation>
    </message>
</context>
<context>
    <name>Recipients</name>
    <message>
        <source>To</source>
        <translation>Para</translation>
    </message>
    <message>
        <source>Cc</source>
        <translation>Cc</translation>
    </message>
    <message>
        <source>Bcc</source>
        <translation>Cco</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Asunto</translation>
    </message>
    <message>
        <source>Cc, Bcc, subject</source>
        <translation>Cc, Cco, asunto</translation>
    </message>
    <message>
        <source>Add the others (%1)</source>
        <translation>Añadir a los demás (%1)</translation>
    </message>
    <message>
        <source>To: %1</source>
        <translation>Para: %1</translation>
    </message>
    <message>
        <source>Cc: %1</source>
        <translation>Cc: %1</translation>
    </message>
    <message>
        <source>Bcc: %1</source>
        <translation>Cco: %1</translation>
    </message>
</context>
<context>
    <name>Rooms</name>
    <message>
        <source>Customers</source>
        <translation>Clientes</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Only you</source>
        <translation>Solo tú</translation>
    </message>
</context>
<context>
    <name>SeatPart</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Todo</translation>
    </message>
    <message>
        <source>Keep conversations on this computer</source>
        <translation>Conversaciones que se guardan en este equipo</translation>
    </message>
    <message>
        <source>Open ones, waiting ones and your own are always here. Older ones are found at the host.</source>
        <translation>Las abiertas, las que esperan y las tuyas están siempre aquí. Las más antiguas se encuentran en el anfitrión.</translation>
    </message>
    <message>
        <source>You work here on your team&apos;s desk. %1</source>
        <translation>Aquí trabajas en el escritorio de tu equipo. %1</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>Unfold</source>
        <translation>Desplegar</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>Plegar</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Subir</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Bajar</translation>
    </message>
</context>
<context>
    <name>Sending</name>
    <message>
        <source>It leaves in %1 s</source>
        <translation>Sale en %1 s</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Search settings</source>
        <translation>Buscar en ajustes</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>No se ha encontrado nada</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Tú</translation>
    </message>
    <message>
        <source>share colleagues invite roles departments devices server network pair join</source>
        <translation>compartir compañeros invitar papeles departamentos dispositivos servidor red emparejar unirse</translation>
    </message>
    <message>
        <source>chat box widget site colour greeting questions internet proxy tunnel port</source>
        <translation>chat caja widget sitio color saludo preguntas internet proxy túnel puerto</translation>
    </message>
    <message>
        <source>Profile and state</source>
        <translation>Perfil y estado</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>Equipo y permisos</translation>
    </message>
    <message>
        <source>Web chat</source>
        <translation>Chat web</translation>
    </message>
    <message>
        <source>Settings: %1</source>
        <translation>Ajustes: %1</translation>
    </message>
    <message>
        <source>name mail online away pause break</source>
        <translation>nombre correo en línea ausente pausa descanso</translation>
    </message>
    <message>
        <source>Sound and notifications</source>
        <translation>Sonido y avisos</translation>
    </message>
    <message>
        <source>ring volume repeat toast device quiet hours test</source>
        <translation>timbre volumen repetir aviso dispositivo silencio horas probar altavoz</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>keys remap conflict reset</source>
        <translation>teclas cambiar conflicto restablecer</translation>
    </message>
    <message>
        <source>Appearance and language</source>
        <translation>Apariencia e idioma</translation>
    </message>
    <message>
        <source>dark light theme colours Spanish English undo send seconds</source>
        <translation>oscuro claro tema colores español inglés deshacer enviar segundos</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Este equipo</translation>
    </message>
    <message>
        <source>start with the system tray close idle away minutes</source>
        <translation>iniciar arranque bandeja cerrar ausente minutos</translation>
    </message>
    <message>
        <source>Desk</source>
        <translation>Escritorio</translation>
    </message>
    <message>
        <source>Your desk</source>
        <translation>Tu escritorio</translation>
    </message>
    <message>
        <source>shop name language country phones</source>
        <translation>tienda nombre idioma país teléfonos</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Canales</translation>
    </message>
    <message>
        <source>mail account mailbox IMAP SMTP password signature acknowledgement server</source>
        <translation>correo cuenta buzón IMAP SMTP contraseña firma acuse recibo servidor</translation>
    </message>
    <message>
        <source>Canned replies</source>
        <translation>Respuestas predefinidas</translation>
    </message>
    <message>
        <source>templates placeholders folders shortcuts</source>
        <translation>plantillas marcadores carpetas atajos</translation>
    </message>
    <message>
        <source>Customer fields</source>
        <translation>Campos de cliente</translation>
    </message>
    <message>
        <source>custom fields number date choice</source>
        <translation>campos personalizados número fecha opción</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>labels topics</source>
        <translation>temas</translation>
    </message>
    <message>
        <source>Spam and blocked senders</source>
        <translation>Correo no deseado y bloqueos</translation>
    </message>
    <message>
        <source>block domain unblock</source>
        <translation>bloquear dominio desbloquear</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Datos</translation>
    </message>
    <message>
        <source>Backups and export</source>
        <translation>Copias y exportación</translation>
    </message>
    <message>
        <source>backup restore export import passphrase daily mbox sample data</source>
        <translation>copia restaurar exportar importar contraseña diaria mbox</translation>
    </message>
</context>
<context>
    <name>SharingPart</name>
    <message>
        <source>Port</source>
        <translation>Puerto</translation>
    </message>
    <message>
        <source>Colleagues&apos; computers connect to it.</source>
        <translation>Los ordenadores de los compañeros se conectan a él.</translation>
    </message>
    <message>
        <source>Let computers nearby find it</source>
        <translation>Que los ordenadores cercanos lo encuentren</translation>
    </message>
    <message>
        <source>It is announced on this network; to join they still need your invitation.</source>
        <translation>Se anuncia en esta red; para unirse siguen necesitando tu invitación.</translation>
    </message>
    <message>
        <source>Share this desk with my team</source>
        <translation>Compartir este escritorio con mi equipo</translation>
    </message>
    <message>
        <source>The desk stays on this computer; colleagues whom you invite work on it from theirs.</source>
        <translation>El escritorio se queda en este ordenador; los compañeros que invites trabajan en él desde el suyo.</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Arrancando…</translation>
    </message>
    <message numerus="yes">
        <source>%n connected now.</source>
        <translation>
            <numerusform>%n conectado ahora.</numerusform>
            <numerusform>%n conectados ahora.</numerusform>
        </translation>
    </message>
    <message>
        <source>Colleagues reach this desk.</source>
        <translation>Los compañeros llegan a este escritorio.</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
</context>
<context>
    <name>ShortcutsSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>Press a key&apos;s button, then the new keys. Single letters never fire while you type.</source>
        <translation>Pulsa el botón de una tecla y luego las nuevas. Las letras sueltas nunca actúan mientras escribes.</translation>
    </message>
    <message>
        <source>Search actions</source>
        <translation>Buscar acciones</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Restablecer todo</translation>
    </message>
</context>
<context>
    <name>SiteCard</name>
    <message>
        <source>On the site</source>
        <translation>En tu web</translation>
    </message>
    <message>
        <source>Press to copy</source>
        <translation>Pulsa para copiar</translation>
    </message>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>From %1</source>
        <translation>Desde %1</translation>
    </message>
    <message>
        <source>Chat since %1</source>
        <translation>Chat desde: %1</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>verificado</translation>
    </message>
    <message>
        <source>unverified</source>
        <translation>sin verificar</translation>
    </message>
    <message>
        <source>Rated good</source>
        <translation>Valoración: bien</translation>
    </message>
    <message>
        <source>Rated bad</source>
        <translation>Valoración: mal</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Copiado: %1</translation>
    </message>
</context>
<context>
    <name>SoundSheet</name>
    <message>
        <source>Sound and notifications</source>
        <translation>Sonido y avisos</translation>
    </message>
    <message>
        <source>A sound stops the moment anyone takes the ticket.</source>
        <translation>El sonido se calla en cuanto alguien toma el ticket.</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Avisos</translation>
    </message>
    <message>
        <source>Off: nothing rings or pops up; the bell still lists everything.</source>
        <translation>Desactivado: no suena ni aparece nada; la campana lo sigue listando todo.</translation>
    </message>
    <message>
        <source>For each event</source>
        <translation>Para cada suceso</translation>
    </message>
    <message>
        <source>When and where</source>
        <translation>Cuándo y dónde</translation>
    </message>
    <message>
        <source>Play through</source>
        <translation>Sonar por</translation>
    </message>
    <message>
        <source>Quiet hours</source>
        <translation>Horas de silencio</translation>
    </message>
    <message>
        <source>Nothing rings or pops up. It waits in the notification centre.</source>
        <translation>No suena ni aparece nada. Espera en el centro de avisos.</translation>
    </message>
    <message>
        <source>Quiet from, until</source>
        <translation>Silencio desde, hasta</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Sonido</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
    <message>
        <source>Until taken</source>
        <translation>Hasta tomarlo</translation>
    </message>
    <message>
        <source>On desktop</source>
        <translation>En pantalla</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Probar</translation>
    </message>
    <message>
        <source>Quiet from</source>
        <translation>Silencio desde</translation>
    </message>
    <message>
        <source>Quiet until</source>
        <translation>Silencio hasta</translation>
    </message>
    <message>
        <source>The system&apos;s choice</source>
        <translation>El que elija el sistema</translation>
    </message>
    <message>
        <source>No loudspeaker found</source>
        <translation>No se ha encontrado altavoz</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n waiting to be sent</source>
        <translation>
            <numerusform>%n por enviar</numerusform>
            <numerusform>%n por enviar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n no se pudo enviar</numerusform>
            <numerusform>%n no se pudieron enviar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be done</source>
        <translation>
            <numerusform>%n no se pudo hacer</numerusform>
            <numerusform>%n no se pudieron hacer</numerusform>
        </translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Qué hacer</translation>
    </message>
    <message>
        <source>See what waits</source>
        <translation>Ver lo que espera</translation>
    </message>
    <message>
        <source>Opening the desk…</source>
        <translation>Abriendo el escritorio…</translation>
    </message>
    <message>
        <source>No mailbox connected yet</source>
        <translation>Todavía no hay ningún buzón conectado</translation>
    </message>
    <message>
        <source>Every mailbox is switched off</source>
        <translation>Todos los buzones están desactivados</translation>
    </message>
    <message>
        <source>Web chat is on</source>
        <translation>El chat web está activo</translation>
    </message>
    <message>
        <source>never read so far</source>
        <translation>aún sin leer</translation>
    </message>
    <message>
        <source>complete up to %1</source>
        <translation>completo hasta: %1</translation>
    </message>
    <message>
        <source>Reading the mailbox for the first time…</source>
        <translation>Leyendo el buzón por primera vez…</translation>
    </message>
    <message>
        <source>Connected. Complete up to %1.</source>
        <translation>Conectado. Completo hasta: %1.</translation>
    </message>
</context>
<context>
    <name>Tabs</name>
    <message>
        <source>Our answer</source>
        <translation>Nuestra respuesta</translation>
    </message>
    <message>
        <source>What the customer said</source>
        <translation>Lo que dijo el cliente</translation>
    </message>
    <message>
        <source>Internal note</source>
        <translation>Nota interna</translation>
    </message>
    <message>
        <source>Reply, reply to all or forward</source>
        <translation>Responder, responder a todos o reenviar</translation>
    </message>
    <message>
        <source>Reply to all</source>
        <translation>Responder a todos</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Reenviar</translation>
    </message>
    <message>
        <source>Reply by mail</source>
        <translation>Responder por correo</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Responder</translation>
    </message>
    <message>
        <source>Answer by: %1</source>
        <translation>Responder por: %1</translation>
    </message>
    <message>
        <source>Sent from %1</source>
        <translation>Se envía desde %1</translation>
    </message>
</context>
<context>
    <name>TagEditor</name>
    <message>
        <source>Add a tag</source>
        <translation>Añadir una etiqueta</translation>
    </message>
    <message>
        <source>Delete takes the tag away</source>
        <translation>Supr quita la etiqueta</translation>
    </message>
    <message>
        <source>Find or make a tag</source>
        <translation>Buscar o crear una etiqueta</translation>
    </message>
</context>
<context>
    <name>TagsSheet</name>
    <message>
        <source>Tags</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>A tag is made by using it: press L on a conversation, or + on a customer.</source>
        <translation>Una etiqueta se crea al usarla: pulsa L en una conversación, o + en un cliente.</translation>
    </message>
    <message>
        <source>Search tags</source>
        <translation>Buscar etiquetas</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
    <message>
        <source>No tags yet.</source>
        <translation>Aún no hay etiquetas.</translation>
    </message>
    <message>
        <source>See its conversations</source>
        <translation>Ver sus conversaciones</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Cambiar el nombre…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Eliminar…</translation>
    </message>
    <message>
        <source>The tag&apos;s new name</source>
        <translation>El nuevo nombre de la etiqueta</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar el nombre</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Eliminar para siempre</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarla</translation>
    </message>
    <message>
        <source>“%1” is now called “%2”</source>
        <translation>«%1» se llama ahora «%2»</translation>
    </message>
    <message numerus="yes">
        <source>Takes “%1” off %n conversation(s) and all customers. No undo.</source>
        <translation>
            <numerusform>Se quita «%1» de %n conversación y de todos los clientes. No se puede deshacer.</numerusform>
            <numerusform>Se quita «%1» de %n conversaciones y de todos los clientes. No se puede deshacer.</numerusform>
        </translation>
    </message>
    <message>
        <source>“%1” was deleted</source>
        <translation>Se ha eliminado «%1»</translation>
    </message>
</context>
<context>
    <name>Takeaway</name>
    <message>
        <source>%1 can run code. It is only saved, never opened from here.</source>
        <translation>%1 puede ejecutar código. Solo se guarda; desde aquí nunca se abre.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Guardar como…</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Código fuente</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Guardar como</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Guardado: %1</translation>
    </message>
    <message>
        <source>This file is no longer there, or it is damaged.</source>
        <translation>Este archivo ya no está o está dañado.</translation>
    </message>
</context>
<context>
    <name>TalkBox</name>
    <message>
        <source>Write to your colleagues; @ names one</source>
        <translation>Escribe a tus compañeros; @ nombra a uno</translation>
    </message>
    <message>
        <source>Message to colleagues</source>
        <translation>Mensaje a compañeros</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Adjuntar archivos</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Colleagues</source>
        <translation>Compañeros</translation>
    </message>
    <message>
        <source>picture-%1.png</source>
        <translation>imagen-%1.png</translation>
    </message>
    <message>
        <source>%1 is too large: at most %2.</source>
        <translation>%1 es demasiado grande: como mucho %2.</translation>
    </message>
    <message>
        <source>%1 could not be attached. %2</source>
        <translation>%1 no se pudo adjuntar. %2</translation>
    </message>
</context>
<context>
    <name>TalkPage</name>
    <message>
        <source>Team chat</source>
        <translation>Chat del equipo</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>Conversación nueva</translation>
    </message>
    <message>
        <source>Conversations with colleagues</source>
        <translation>Conversaciones con compañeros</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Group…</source>
        <translation>Grupo…</translation>
    </message>
    <message>
        <source>Talk with your colleagues</source>
        <translation>Habla con tus compañeros</translation>
    </message>
    <message>
        <source>Customers never see what is said here.</source>
        <translation>Los clientes nunca ven lo que se dice aquí.</translation>
    </message>
    <message>
        <source>Nothing said yet</source>
        <translation>Aún no se ha dicho nada</translation>
    </message>
    <message>
        <source>A file</source>
        <translation>Un archivo</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Tú: %1</translation>
    </message>
    <message>
        <source>Conversation #%1</source>
        <translation>Conversación #%1</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Guardar como…</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Guardado</translation>
    </message>
</context>
<context>
    <name>Talks</name>
    <message>
        <source>Team chat</source>
        <translation>Chat del equipo</translation>
    </message>
    <message>
        <source>Talk with colleagues…</source>
        <translation>Hablar con compañeros…</translation>
    </message>
    <message>
        <source>Talk with colleagues about this conversation…</source>
        <translation>Hablar con compañeros de esta conversación…</translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>What is not sent yet</source>
        <translation>Lo que aún no se ha enviado</translation>
    </message>
    <message>
        <source>Connect to the team now</source>
        <translation>Conectar con el equipo ahora</translation>
    </message>
    <message>
        <source>Look into synchronising</source>
        <translation>Mirar la sincronización</translation>
    </message>
    <message>
        <source>This computer no longer belongs to the team</source>
        <translation>Este ordenador ya no pertenece al equipo</translation>
    </message>
    <message>
        <source>Stopped: the team&apos;s desk shows another certificate</source>
        <translation>Detenido: el escritorio del equipo muestra otro certificado</translation>
    </message>
    <message>
        <source>This program and the team&apos;s desk do not fit together</source>
        <translation>Este programa y el escritorio del equipo no encajan</translation>
    </message>
    <message>
        <source>The team&apos;s desk was restored from a backup</source>
        <translation>El escritorio del equipo se restauró de una copia</translation>
    </message>
    <message>
        <source>Connected. What stands here is on its way.</source>
        <translation>Conectado. Lo que hay aquí está en camino.</translation>
    </message>
    <message>
        <source>The team&apos;s desk cannot be reached. Go on working: what you write is kept on this computer and leaves by itself once it can be reached again.</source>
        <translation>No se llega al escritorio del equipo. Sigue trabajando: lo que escribas se guarda en este ordenador y sale solo cuando se vuelva a llegar.</translation>
    </message>
    <message>
        <source>An administrator removed this computer, and the team&apos;s conversations were taken off it. What you had not sent is still here: copy what you need. To come back, ask for a code and join again.</source>
        <translation>Un administrador retiró este ordenador y las conversaciones del equipo se quitaron de él. Lo que no habías enviado sigue aquí: copia lo que necesites. Para volver, pide un código y únete de nuevo.</translation>
    </message>
    <message>
        <source>Nothing is read or sent until this is clear. Either the desk was set up anew, or somebody stands between you and it. Ask whoever runs the desk, by telephone, to compare the fingerprint in Settings, Team. If they set it up anew, join again with a new code.</source>
        <translation>No se lee ni se envía nada hasta que esto se aclare. O el escritorio se instaló de nuevo, o alguien está en medio. Pide por teléfono a quien lleva el escritorio que compare la huella en Ajustes, Equipo y permisos. Si lo instaló de nuevo, únete otra vez con un código nuevo.</translation>
    </message>
    <message>
        <source>One of the two is too old for the other. Update this program, or ask whoever runs the desk to update theirs. What you write is kept here meanwhile.</source>
        <translation>Uno de los dos es demasiado antiguo para el otro. Actualiza este programa, o pide a quien lleva el escritorio que actualice el suyo. Lo que escribas se guarda aquí entretanto.</translation>
    </message>
    <message>
        <source>This computer is fetching the desk anew. What you wrote is kept and is sent again where the backup had missed it.</source>
        <translation>Este ordenador está trayendo el escritorio de nuevo. Lo que escribiste se conserva y se vuelve a enviar lo que le faltaba a la copia.</translation>
    </message>
    <message>
        <source>Fetching the desk: %1 %</source>
        <translation>Trayendo el escritorio: %1 %</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>En línea</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Sin conexión</translation>
    </message>
    <message>
        <source>Offline since %1</source>
        <translation>Sin conexión desde %1</translation>
    </message>
    <message>
        <source>complete up to %1</source>
        <translation>completo hasta %1</translation>
    </message>
    <message>
        <source>%1, the oldest %2</source>
        <translation>%1, lo más antiguo hace %2</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>While you were away: %1.</source>
        <translation>Mientras no estabas: %1.</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Administrador</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>Supervisor</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agente</translation>
    </message>
    <message>
        <source>Reader</source>
        <translation>Lector</translation>
    </message>
    <message>
        <source>Sees every department and changes everything.</source>
        <translation>Ve todos los departamentos y lo cambia todo.</translation>
    </message>
    <message>
        <source>Answers customers and keeps contacts and tags in order for everybody.</source>
        <translation>Responde a clientes y mantiene en orden contactos y etiquetas para todos.</translation>
    </message>
    <message>
        <source>Answers the customers of their departments.</source>
        <translation>Responde a los clientes de sus departamentos.</translation>
    </message>
    <message>
        <source>Reads and writes notes, never answers a customer.</source>
        <translation>Lee y escribe notas, nunca responde a un cliente.</translation>
    </message>
</context>
<context>
    <name>TeamSheet</name>
    <message>
        <source>Team</source>
        <translation>Equipo y permisos</translation>
    </message>
    <message>
        <source>Colleagues work on this desk from their own computers, online or not.</source>
        <translation>Los compañeros trabajan en este escritorio desde sus ordenadores, con o sin conexión.</translation>
    </message>
    <message>
        <source>Colleagues</source>
        <translation>Compañeros</translation>
    </message>
    <message>
        <source>Add a colleague</source>
        <translation>Añadir un compañero</translation>
    </message>
    <message>
        <source>Join another team&apos;s desk…</source>
        <translation>Unirse al escritorio de otro equipo…</translation>
    </message>
    <message>
        <source>Join again…</source>
        <translation>Volver a unirse…</translation>
    </message>
    <message>
        <source>Departments</source>
        <translation>Departamentos</translation>
    </message>
    <message>
        <source>Only an administrator changes this; you are here as: %1.</source>
        <translation>Solo un administrador cambia esto; aquí eres: %1.</translation>
    </message>
    <message>
        <source>sees everything</source>
        <translation>lo ve todo</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Desactivado</translation>
    </message>
    <message>
        <source>%1 (you)</source>
        <translation>%1 (tú)</translation>
    </message>
</context>
<context>
    <name>TicketActions</name>
    <message>
        <source>Resolve</source>
        <translation>Resolver</translation>
    </message>
    <message>
        <source>Assign…</source>
        <translation>Asignar…</translation>
    </message>
    <message>
        <source>Assign to me</source>
        <translation>Asignármelo</translation>
    </message>
    <message>
        <source>Snooze…</source>
        <translation>Posponer…</translation>
    </message>
    <message>
        <source>Label…</source>
        <translation>Etiquetar…</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>Marcar como no leído</translation>
    </message>
    <message>
        <source>Spam</source>
        <translation>Correo no deseado</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Move to department…</source>
        <translation>Mover a un departamento…</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Unir</translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) resolved</source>
        <translation>
            <numerusform>%n ticket resuelto</numerusform>
            <numerusform>%n tickets resueltos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) opened again</source>
        <translation>
            <numerusform>%n ticket reabierto</numerusform>
            <numerusform>%n tickets reabiertos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) marked as unread</source>
        <translation>
            <numerusform>%n ticket marcado como no leído</numerusform>
            <numerusform>%n tickets marcados como no leídos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) moved to spam</source>
        <translation>
            <numerusform>%n ticket movido a no deseado</numerusform>
            <numerusform>%n tickets movidos a no deseado</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) taken out of spam</source>
        <translation>
            <numerusform>%n ticket sacado de no deseado</numerusform>
            <numerusform>%n tickets sacados de no deseado</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) moved to the trash</source>
        <translation>
            <numerusform>%n ticket movido a la papelera</numerusform>
            <numerusform>%n tickets movidos a la papelera</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) restored</source>
        <translation>
            <numerusform>%n ticket restaurado</numerusform>
            <numerusform>%n tickets restaurados</numerusform>
        </translation>
    </message>
    <message>
        <source>Merged into #%1</source>
        <translation>Unido al #%1</translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) assigned</source>
        <translation>
            <numerusform>%n ticket asignado</numerusform>
            <numerusform>%n tickets asignados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) moved</source>
        <translation>
            <numerusform>%n ticket movido</numerusform>
            <numerusform>%n tickets movidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) snoozed</source>
        <translation>
            <numerusform>%n ticket pospuesto</numerusform>
            <numerusform>%n tickets pospuestos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) woken</source>
        <translation>
            <numerusform>%n ticket despertado</numerusform>
            <numerusform>%n tickets despertados</numerusform>
        </translation>
    </message>
    <message>
        <source>Label “%1” added</source>
        <translation>Etiqueta «%1» añadida</translation>
    </message>
    <message>
        <source>Label “%1” removed</source>
        <translation>Etiqueta «%1» quitada</translation>
    </message>
</context>
<context>
    <name>TranscriptDialog</name>
    <message>
        <source>Mail the transcript</source>
        <translation>Enviar la conversación por correo</translation>
    </message>
    <message>
        <source>Mail address</source>
        <translation>Dirección de correo</translation>
    </message>
    <message>
        <source>The whole conversation, without notes, goes to:</source>
        <translation>Toda la conversación, sin notas, se envía a:</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>The transcript goes to %1</source>
        <translation>La conversación va a %1</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n conversation(s) waiting</source>
        <translation>
            <numerusform>%n conversación espera</numerusform>
            <numerusform>%n conversaciones esperan</numerusform>
        </translation>
    </message>
    <message>
        <source>Open deskapp</source>
        <translation>Abrir deskapp</translation>
    </message>
    <message>
        <source>My state</source>
        <translation>Mi estado</translation>
    </message>
    <message>
        <source>Sounds and pop-ups</source>
        <translation>Sonidos y avisos</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
</context>
<context>
    <name>UnreadLine</name>
    <message>
        <source>New</source>
        <translation>Nuevos</translation>
    </message>
</context>
<context>
    <name>UnsentPanel</name>
    <message>
        <source>Join again…</source>
        <translation>Volver a unirse…</translation>
    </message>
    <message>
        <source>Not sent yet</source>
        <translation>Aún sin enviar</translation>
    </message>
    <message>
        <source>Everything has been sent</source>
        <translation>Todo se ha enviado</translation>
    </message>
    <message>
        <source>What you write while the desk is out of reach waits here.</source>
        <translation>Lo que escribas mientras no se llegue al escritorio espera aquí.</translation>
    </message>
    <message>
        <source>What was written</source>
        <translation>Lo que se escribió</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Copiar el texto</translation>
    </message>
    <message>
        <source>Open the conversation</source>
        <translation>Abrir la conversación</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Descartar…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>It will never be sent, and its text is gone. No undo.</source>
        <translation>No se enviará nunca y su texto se pierde. Sin deshacer.</translation>
    </message>
    <message>
        <source>Discard for good</source>
        <translation>Descartar del todo</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarlo</translation>
    </message>
    <message>
        <source>A part of this computer&apos;s copy differed from the host and was mended: %1</source>
        <translation>Una parte de la copia de este equipo era distinta de la del anfitrión y se corrigió: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n could not be done</source>
        <translation>
            <numerusform>%n no se pudo hacer</numerusform>
            <numerusform>%n no se pudieron hacer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n sin enviar</numerusform>
            <numerusform>%n sin enviar</numerusform>
        </translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rechazado</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>ViewEditor</name>
    <message>
        <source>New view</source>
        <translation>Vista nueva</translation>
    </message>
    <message>
        <source>Change view</source>
        <translation>Cambiar la vista</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>Nombre de la vista</translation>
    </message>
    <message>
        <source>All conditions</source>
        <translation>Todas las condiciones</translation>
    </message>
    <message>
        <source>Any condition</source>
        <translation>Cualquier condición</translation>
    </message>
    <message>
        <source>Add condition</source>
        <translation>Añadir condición</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>sí</translation>
    </message>
    <message>
        <source>no</source>
        <translation>no</translation>
    </message>
    <message>
        <source>me</source>
        <translation>yo</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>nadie</translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s)</source>
        <translation>
            <numerusform>%n ticket</numerusform>
            <numerusform>%n tickets</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ViewsPane</name>
    <message>
        <source>Views</source>
        <translation>Vistas</translation>
    </message>
    <message>
        <source>My inbox</source>
        <translation>Mi bandeja</translation>
    </message>
    <message>
        <source>Unassigned</source>
        <translation>Sin asignar</translation>
    </message>
    <message>
        <source>Needs reply</source>
        <translation>Sin responder</translation>
    </message>
    <message>
        <source>Snoozed</source>
        <translation>Pospuestos</translation>
    </message>
    <message>
        <source>To send</source>
        <translation>Por enviar</translation>
    </message>
    <message>
        <source>Departments</source>
        <translation>Departamentos</translation>
    </message>
    <message>
        <source>Mailboxes</source>
        <translation>Buzones</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Etiquetas</translation>
    </message>
    <message>
        <source>My views</source>
        <translation>Mis vistas</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Todo</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Solved</source>
        <translation>Resueltos</translation>
    </message>
    <message>
        <source>Spam</source>
        <translation>No deseado</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papelera</translation>
    </message>
    <message>
        <source>Web chat</source>
        <translation>Chat web</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Cambiar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>View “%1” deleted</source>
        <translation>Vista «%1» eliminada</translation>
    </message>
</context>
<context>
    <name>VisitorsPage</name>
    <message>
        <source>Visitors on the site</source>
        <translation>Visitantes en tu web</translation>
    </message>
    <message>
        <source>Visitor</source>
        <translation>Visitante</translation>
    </message>
    <message>
        <source>In chat</source>
        <translation>En chat</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Directo</translation>
    </message>
    <message>
        <source>on “%1” for %2</source>
        <translation>en «%1» desde: %2</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>desde las %1</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Página</translation>
    </message>
    <message>
        <source>Came from</source>
        <translation>Procedencia</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Desde</translation>
    </message>
    <message>
        <source>On the page</source>
        <translation>En la página</translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) there now. Nothing of them is kept until they write.</source>
        <translation>
            <numerusform>%n persona ahora. No se guarda nada de ella hasta que escribe.</numerusform>
            <numerusform>%n personas ahora. No se guarda nada de ellas hasta que escriben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) waiting, the longest for %1</source>
        <translation>
            <numerusform>%n chat en espera desde hace %1</numerusform>
            <numerusform>%n chats en espera, el más antiguo desde hace %1</numerusform>
        </translation>
    </message>
    <message>
        <source>With a chat box on your site you see here who is on which page, and answer at once.</source>
        <translation>Con un chat en tu sitio verás aquí quién está en qué página y podrás responder al momento.</translation>
    </message>
    <message>
        <source>No chat box yet</source>
        <translation>Aún no hay ningún chat</translation>
    </message>
    <message>
        <source>Add a chat box</source>
        <translation>Añadir un chat</translation>
    </message>
    <message>
        <source>The chat server is not running; Settings says why.</source>
        <translation>El servidor del chat no funciona; Ajustes dice por qué.</translation>
    </message>
    <message>
        <source>Nobody can be seen</source>
        <translation>No se puede ver a nadie</translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>Abrir los ajustes</translation>
    </message>
    <message>
        <source>Nobody is on the site now</source>
        <translation>Ahora no hay nadie en tu web</translation>
    </message>
    <message>
        <source>They appear here by themselves.</source>
        <translation>Aparecerán aquí solos.</translation>
    </message>
    <message>
        <source>This page is not on a site of yours. It leads to %1.</source>
        <translation>Esta página no es de un sitio tuyo. Lleva a %1.</translation>
    </message>
    <message>
        <source>Open anyway</source>
        <translation>Abrir de todos modos</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Quedarse aquí</translation>
    </message>
    <message>
        <source>Open the conversation</source>
        <translation>Abrir la conversación</translation>
    </message>
    <message>
        <source>Open the page</source>
        <translation>Abrir la página</translation>
    </message>
    <message>
        <source>Copy the page&apos;s address</source>
        <translation>Copiar la dirección de la página</translation>
    </message>
</context>
<context>
    <name>WhoCard</name>
    <message>
        <source>More about this customer</source>
        <translation>Más sobre este cliente</translation>
    </message>
    <message>
        <source>Since %1</source>
        <translation>Desde %1</translation>
    </message>
    <message>
        <source>CSAT %1</source>
        <translation>CSAT %1</translation>
    </message>
    <message numerus="yes">
        <source>Satisfaction, out of %n rating(s)</source>
        <translation>
            <numerusform>Satisfacción, de %n valoración</numerusform>
            <numerusform>Satisfacción, de %n valoraciones</numerusform>
        </translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloqueado</translation>
    </message>
</context>
<context>
    <name>_BooleanEditor</name>
    <message>
        <source>Yes</source>
        <translation>Sí</translation>
    </message>
    <message>
        <source>No</source>
        <translation>No</translation>
    </message>
</context>
<context>
    <name>_Chip</name>
    <message>
        <source>Remove %1</source>
        <translation>Quitar %1</translation>
    </message>
</context>
<context>
    <name>_ContactForm</name>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>Organización</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Language: not known</source>
        <translation>Idioma: no se sabe</translation>
    </message>
    <message>
        <source>+ Mail</source>
        <translation>+ Correo</translation>
    </message>
    <message>
        <source>+ Phone</source>
        <translation>+ Teléfono</translation>
    </message>
    <message>
        <source>+ ID number</source>
        <translation>+ Documento</translation>
    </message>
    <message>
        <source>Mail address</source>
        <translation>Dirección de correo</translation>
    </message>
    <message>
        <source>Phone, with its country</source>
        <translation>Teléfono, con su país</translation>
    </message>
    <message>
        <source>Identity or tax number</source>
        <translation>Documento o número fiscal</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
</context>
<context>
    <name>_Counted</name>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n sin enviar</numerusform>
            <numerusform>%n sin enviar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n nueva</numerusform>
            <numerusform>%n nuevas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n taken by a colleague</source>
        <translation>
            <numerusform>%n la tomó un compañero</numerusform>
            <numerusform>%n las tomó un compañero</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of yours answered by the customer</source>
        <translation>
            <numerusform>en %n tuya respondió el cliente</numerusform>
            <numerusform>en %n tuyas respondió el cliente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n resolved</source>
        <translation>
            <numerusform>%n resuelta</numerusform>
            <numerusform>%n resueltas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_LineEditor</name>
    <message>
        <source>Calendar: %1</source>
        <translation>Calendario: %1</translation>
    </message>
    <message>
        <source>Write a number</source>
        <translation>Escribe un número</translation>
    </message>
    <message>
        <source>Write a date such as %1</source>
        <translation>Escribe una fecha como %1</translation>
    </message>
</context>
<context>
    <name>_QuestionRow</name>
    <message>
        <source>Must be answered</source>
        <translation>Obligatoria</translation>
    </message>
    <message>
        <source>Order number</source>
        <translation>Número de pedido</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Pregunta</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>One of several</source>
        <translation>Una de varias</translation>
    </message>
    <message>
        <source>Kind of answer</source>
        <translation>Tipo de respuesta</translation>
    </message>
    <message>
        <source>Shipping, Invoice, Something else</source>
        <translation>Envío, Factura, Otra cosa</translation>
    </message>
    <message>
        <source>Choices, with commas between them</source>
        <translation>Opciones, separadas por comas</translation>
    </message>
    <message>
        <source>Remove the question</source>
        <translation>Quitar la pregunta</translation>
    </message>
</context>
<context>
    <name>_ServerRow</name>
    <message>
        <source>No encryption</source>
        <translation>Sin cifrado</translation>
    </message>
    <message>
        <source>%1: server</source>
        <translation>%1: servidor</translation>
    </message>
    <message>
        <source>%1: port</source>
        <translation>%1: puerto</translation>
    </message>
    <message>
        <source>%1: encryption</source>
        <translation>%1: cifrado</translation>
    </message>
</context>
<context>
    <name>_ShortcutRow</name>
    <message>
        <source>Press the new keys; Esc keeps the old ones</source>
        <translation>Pulsa las teclas nuevas; Esc deja las de antes</translation>
    </message>
    <message>
        <source>No key: %1</source>
        <translation>Sin tecla: %1</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>Restablecer: %1</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Ninguna</translation>
    </message>
    <message>
        <source>%1 is also the key of “%2”. Only one of them works: change one.</source>
        <translation>%1 también es la tecla de «%2». Solo funciona una de las dos: cambia una.</translation>
    </message>
</context>
<context>
    <name>_State</name>
    <message>
        <source>On this computer: %1</source>
        <translation>En este equipo: %1</translation>
    </message>
    <message>
        <source>Not running: it starts with the first chat box that is switched on.</source>
        <translation>Parado: arranca con el primer chat que se active.</translation>
    </message>
    <message>
        <source>On the local network: %1</source>
        <translation>En la red local: %1</translation>
    </message>
    <message>
        <source>On the internet: %1</source>
        <translation>En internet: %1</translation>
    </message>
    <message>
        <source>Not on the local network</source>
        <translation>No en la red local</translation>
    </message>
    <message>
        <source>Not on the internet</source>
        <translation>No en internet</translation>
    </message>
</context>
<context>
    <name>_StepRow</name>
    <message>
        <source>Trust this certificate</source>
        <translation>Confiar en este certificado</translation>
    </message>
    <message>
        <source>The server said: %1</source>
        <translation>El servidor dijo: %1</translation>
    </message>
    <message>
        <source>Fingerprint (SHA-256): %1</source>
        <translation>Huella (SHA-256): %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>hecho</translation>
    </message>
</context>
<context>
    <name>_WhoPage</name>
    <message>
        <source>Welcome</source>
        <translation>Te damos la bienvenida</translation>
    </message>
    <message>
        <source>Answer your customers&apos; mail from one window. Everything stays here.</source>
        <translation>Contesta el correo de tus clientes desde una sola ventana. Todo se queda aquí.</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Tu nombre</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>First and last name</source>
        <translation>Nombre y apellidos</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Try with sample data</source>
        <translation>Probar con datos de ejemplo</translation>
    </message>
    <message>
        <source>My team has a desk already: join it…</source>
        <translation>Mi equipo ya tiene un escritorio: unirme…</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Omitir</translation>
    </message>
    <message>
        <source>Sample data opens a desk of its own, with made-up customers. Yours stays empty.</source>
        <translation>Los datos de ejemplo abren un escritorio aparte, con clientes inventados. El tuyo queda vacío.</translation>
    </message>
</context>
<context>
    <name>assign</name>
    <message>
        <source>me</source>
        <translation>yo</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>Nadie</translation>
    </message>
    <message>
        <source>Assign to…</source>
        <translation>Asignar a…</translation>
    </message>
    <message>
        <source>No department: everybody sees it</source>
        <translation>Ningún departamento: lo ven todos</translation>
    </message>
    <message>
        <source>Move to department…</source>
        <translation>Mover a un departamento…</translation>
    </message>
</context>
<context>
    <name>composer</name>
    <message>
        <source>Send the answer</source>
        <translation>Enviar la respuesta</translation>
    </message>
    <message>
        <source>Send and resolve</source>
        <translation>Enviar y resolver</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Adjuntar archivos</translation>
    </message>
    <message>
        <source>Insert a canned reply</source>
        <translation>Insertar una respuesta predefinida</translation>
    </message>
    <message>
        <source>Cc, Bcc and subject</source>
        <translation>Cc, Cco y asunto</translation>
    </message>
</context>
<context>
    <name>delivery</name>
    <message>
        <source>sending…</source>
        <translation>enviando…</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>enviado</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>entregado</translation>
    </message>
    <message>
        <source>seen</source>
        <translation>visto</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>retirado</translation>
    </message>
    <message>
        <source>Not sent: %1</source>
        <translation>No enviado: %1</translation>
    </message>
    <message>
        <source>The connection broke at the last moment. It may have been sent; a retry may send it twice.</source>
        <translation>La conexión se cortó en el último momento. Puede que se haya enviado; reintentar podría enviarlo dos veces.</translation>
    </message>
    <message>
        <source>Waiting to be sent again: %1</source>
        <translation>Esperando a reenviarse: %1</translation>
    </message>
    <message>
        <source>Waiting to be sent</source>
        <translation>Esperando a salir</translation>
    </message>
    <message>
        <source>Leaves in %1 s</source>
        <translation>Sale en %1 s</translation>
    </message>
    <message>
        <source>Leaves in %1 min</source>
        <translation>Sale en %1 min</translation>
    </message>
    <message>
        <source>Next try in %1 min: %2</source>
        <translation>Próximo intento en %1 min: %2</translation>
    </message>
</context>
<context>
    <name>events</name>
    <message>
        <source>Assigned to you</source>
        <translation>Asignado a ti</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agente</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>Candidatos</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>Rondas</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentario</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Página</translation>
    </message>
    <message>
        <source>Assigned to nobody</source>
        <translation>Sin asignar</translation>
    </message>
    <message>
        <source>Assigned to %1</source>
        <translation>Asignado a %1</translation>
    </message>
    <message>
        <source>Now: %1</source>
        <translation>Ahora: %1</translation>
    </message>
    <message>
        <source>Ticket opened · %1</source>
        <translation>Ticket abierto · %1</translation>
    </message>
    <message>
        <source>Snoozed</source>
        <translation>Pospuesto</translation>
    </message>
    <message>
        <source>Snoozed until %1</source>
        <translation>Pospuesto hasta %1</translation>
    </message>
    <message>
        <source>Rated %1 of %2</source>
        <translation>Valorado con %1 de %2</translation>
    </message>
    <message>
        <source>Rated good</source>
        <translation>Valoración: bien</translation>
    </message>
    <message>
        <source>Rated bad</source>
        <translation>Valoración: mal</translation>
    </message>
    <message>
        <source>The visitor ended the chat</source>
        <translation>El visitante terminó el chat</translation>
    </message>
    <message>
        <source>The chat was ended</source>
        <translation>Se terminó el chat</translation>
    </message>
    <message>
        <source>Subject changed from “%1” to “%2”</source>
        <translation>Asunto cambiado de «%1» a «%2»</translation>
    </message>
    <message>
        <source>Now a ticket of %1</source>
        <translation>Ahora es un ticket de %1</translation>
    </message>
    <message>
        <source>%1 may see this ticket</source>
        <translation>%1 puede ver este ticket</translation>
    </message>
    <message>
        <source>Now everybody&apos;s</source>
        <translation>Ahora es de todos</translation>
    </message>
    <message>
        <source>Moved to %1</source>
        <translation>Pasa a %1</translation>
    </message>
    <message>
        <source>No longer snoozed</source>
        <translation>Ya no está pospuesto</translation>
    </message>
    <message>
        <source>Marked as spam</source>
        <translation>Marcado como no deseado</translation>
    </message>
    <message>
        <source>Not spam</source>
        <translation>No es correo no deseado</translation>
    </message>
    <message>
        <source>Moved to the trash</source>
        <translation>Movido a la papelera</translation>
    </message>
    <message>
        <source>Taken out of the trash</source>
        <translation>Sacado de la papelera</translation>
    </message>
    <message>
        <source>A change was undone</source>
        <translation>Se deshizo un cambio</translation>
    </message>
    <message>
        <source>A reply was taken back before it left</source>
        <translation>Se retiró una respuesta antes de que saliera</translation>
    </message>
    <message>
        <source>This mail could not be read; its source is attached</source>
        <translation>Este correo no se pudo leer; va adjunto tal como llegó</translation>
    </message>
    <message>
        <source>Rules were stopped: they never ended</source>
        <translation>Se detuvieron las reglas: no terminaban nunca</translation>
    </message>
    <message>
        <source>Merged into %1</source>
        <translation>Unido a %1</translation>
    </message>
    <message>
        <source>%1 was merged into this ticket</source>
        <translation>%1 se unió a este ticket</translation>
    </message>
    <message>
        <source>Separated from %1</source>
        <translation>Separado de %1</translation>
    </message>
    <message>
        <source>%1 was separated from this ticket</source>
        <translation>%1 se separó de este ticket</translation>
    </message>
    <message>
        <source>A message was moved to %1</source>
        <translation>Un mensaje pasó a %1</translation>
    </message>
    <message>
        <source>A message of %1 is held</source>
        <translation>Se retiene un mensaje de %1</translation>
    </message>
    <message>
        <source>%1 was let in</source>
        <translation>%1 fue admitido</translation>
    </message>
    <message>
        <source>Receipt acknowledged to %1</source>
        <translation>Acuse de recibo enviado a %1</translation>
    </message>
    <message>
        <source>Receipt not acknowledged</source>
        <translation>Sin acuse de recibo</translation>
    </message>
    <message>
        <source>Chat started</source>
        <translation>Empezó el chat</translation>
    </message>
    <message>
        <source>Message left: nobody was online</source>
        <translation>Dejó un mensaje: no había nadie en línea</translation>
    </message>
    <message>
        <source>Chat taken after %1</source>
        <translation>Chat atendido tras %1</translation>
    </message>
    <message>
        <source>Nobody took the chat within %1</source>
        <translation>Nadie atendió el chat en %1</translation>
    </message>
    <message>
        <source>Accepted as %1</source>
        <translation>Aceptado como %1</translation>
    </message>
    <message>
        <source>Not %1</source>
        <translation>No es %1</translation>
    </message>
    <message>
        <source>Visitor blocked</source>
        <translation>Visitante bloqueado</translation>
    </message>
    <message>
        <source>Visitor no longer blocked</source>
        <translation>Visitante ya no bloqueado</translation>
    </message>
    <message>
        <source>Transcript mailed to %1</source>
        <translation>Conversación enviada a %1</translation>
    </message>
</context>
<context>
    <name>failure</name>
    <message>
        <source>The reason is not known.</source>
        <translation>No se conoce el motivo.</translation>
    </message>
</context>
<context>
    <name>i18n</name>
    <message>
        <source>%1k</source>
        <translation>%1 mil</translation>
    </message>
</context>
<context>
    <name>link</name>
    <message>
        <source>It reads “%1” but leads to %2.</source>
        <translation>Dice «%1», pero lleva a %2.</translation>
    </message>
    <message>
        <source>Its address hides where it leads: %2.</source>
        <translation>Su dirección oculta adónde lleva: %2.</translation>
    </message>
    <message>
        <source>It leads to a bare number instead of a name: %2.</source>
        <translation>Lleva a un número en vez de a un nombre: %2.</translation>
    </message>
    <message>
        <source>Its name imitates another one: %2.</source>
        <translation>Su nombre imita a otro: %2.</translation>
    </message>
    <message>
        <source>It contains hidden characters. It leads to %2.</source>
        <translation>Contiene caracteres ocultos. Lleva a %2.</translation>
    </message>
    <message>
        <source>It leads to %2.</source>
        <translation>Lleva a %2.</translation>
    </message>
</context>
<context>
    <name>notices</name>
    <message>
        <source>Taken out of the trash</source>
        <translation>Sacado de la papelera</translation>
    </message>
    <message>
        <source>This ticket is in the trash.</source>
        <translation>Este ticket está en la papelera.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurar</translation>
    </message>
    <message>
        <source>Taken out of spam</source>
        <translation>Sacado de no deseado</translation>
    </message>
    <message>
        <source>This ticket is spam: it is answered to nobody.</source>
        <translation>Este ticket es correo no deseado: no se contesta a nadie.</translation>
    </message>
    <message>
        <source>Not spam</source>
        <translation>No es correo no deseado</translation>
    </message>
    <message>
        <source>From someone new: %1 (%2) wrote into this ticket.</source>
        <translation>De alguien nuevo: %1 (%2) ha escrito en este ticket.</translation>
    </message>
    <message>
        <source>%1 takes part now</source>
        <translation>%1 ya participa</translation>
    </message>
    <message>
        <source>Let in</source>
        <translation>Admitir</translation>
    </message>
    <message>
        <source>Own ticket</source>
        <translation>Ticket propio</translation>
    </message>
    <message>
        <source>Merged into #%1 %2.</source>
        <translation>Unido al #%1 %2.</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Abrirlo</translation>
    </message>
    <message>
        <source>Separate</source>
        <translation>Separar</translation>
    </message>
    <message>
        <source>Holds also: %1</source>
        <translation>Contiene también: %1</translation>
    </message>
    <message>
        <source>Separated again</source>
        <translation>Separados de nuevo</translation>
    </message>
</context>
<context>
    <name>placeholder</name>
    <message>
        <source>customer&apos;s name</source>
        <translation>nombre del cliente</translation>
    </message>
    <message>
        <source>customer&apos;s first name</source>
        <translation>nombre de pila del cliente</translation>
    </message>
    <message>
        <source>customer&apos;s e-mail</source>
        <translation>correo del cliente</translation>
    </message>
    <message>
        <source>customer&apos;s phone</source>
        <translation>teléfono del cliente</translation>
    </message>
    <message>
        <source>customer&apos;s organisation</source>
        <translation>organización del cliente</translation>
    </message>
    <message>
        <source>ticket number</source>
        <translation>número de ticket</translation>
    </message>
    <message>
        <source>subject</source>
        <translation>asunto</translation>
    </message>
    <message>
        <source>my name</source>
        <translation>mi nombre</translation>
    </message>
    <message>
        <source>my first name</source>
        <translation>mi nombre de pila</translation>
    </message>
    <message>
        <source>account&apos;s name</source>
        <translation>nombre de la cuenta</translation>
    </message>
    <message>
        <source>desk&apos;s name</source>
        <translation>nombre del escritorio</translation>
    </message>
    <message>
        <source>today&apos;s date</source>
        <translation>fecha de hoy</translation>
    </message>
</context>
<context>
    <name>printing</name>
    <message>
        <source>Internal note of %1</source>
        <translation>Nota interna de %1</translation>
    </message>
    <message>
        <source>To: %1</source>
        <translation>Para: %1</translation>
    </message>
</context>
<context>
    <name>snooze</name>
    <message>
        <source>In an hour</source>
        <translation>Dentro de una hora</translation>
    </message>
    <message>
        <source>This evening</source>
        <translation>Esta tarde</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Mañana</translation>
    </message>
    <message>
        <source>Next Monday</source>
        <translation>El próximo lunes</translation>
    </message>
    <message>
        <source>In two weeks</source>
        <translation>Dentro de dos semanas</translation>
    </message>
    <message>
        <source>Pick date and time…</source>
        <translation>Elegir fecha y hora…</translation>
    </message>
    <message>
        <source>Wake it now</source>
        <translation>Despertarlo ahora</translation>
    </message>
    <message>
        <source>Snooze until…</source>
        <translation>Posponer hasta…</translation>
    </message>
    <message>
        <source>Snooze until</source>
        <translation>Posponer hasta</translation>
    </message>
    <message>
        <source>Until when?</source>
        <translation>¿Hasta cuándo?</translation>
    </message>
</context>
<context>
    <name>tag</name>
    <message>
        <source>Add or make a tag…</source>
        <translation>Añadir o crear una etiqueta…</translation>
    </message>
</context>
<context>
    <name>verdict</name>
    <message>
        <source>May be forged: the sender&apos;s domain does not vouch for it</source>
        <translation>Puede ser falso: el dominio del remitente no responde por él</translation>
    </message>
    <message>
        <source>The sender could not be verified</source>
        <translation>No se pudo verificar al remitente</translation>
    </message>
</context>
<context>
    <name>when</name>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ayer</translation>
    </message>
    <message>
        <source>tomorrow %1</source>
        <translation>mañana %1</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>ayer</translation>
    </message>
</context>
<context>
    <name>why</name>
    <message>
        <source>by answering</source>
        <translation>por contestar</translation>
    </message>
    <message>
        <source>nobody else works here</source>
        <translation>no trabaja nadie más aquí</translation>
    </message>
    <message>
        <source>by taking the chat</source>
        <translation>al atender el chat</translation>
    </message>
    <message>
        <source>it is another department&apos;s</source>
        <translation>es de otro departamento</translation>
    </message>
    <message>
        <source>they no longer answer customers</source>
        <translation>ya no responde a clientes</translation>
    </message>
    <message>
        <source>nobody here may answer it</source>
        <translation>nadie aquí puede responderlo</translation>
    </message>
    <message>
        <source>mentioned in a note</source>
        <translation>mención en una nota</translation>
    </message>
    <message>
        <source>the ticket was given to them</source>
        <translation>se le asignó el ticket</translation>
    </message>
    <message>
        <source>they wrote the ticket down</source>
        <translation>anotó el ticket</translation>
    </message>
    <message>
        <source>several people may take it</source>
        <translation>pueden tomarlo varias personas</translation>
    </message>
    <message>
        <source>the customer wrote</source>
        <translation>el cliente escribió</translation>
    </message>
    <message>
        <source>the time came</source>
        <translation>llegó la hora</translation>
    </message>
    <message>
        <source>the sender takes no part in this ticket</source>
        <translation>el remitente no participa en este ticket</translation>
    </message>
    <message>
        <source>it answers a mail of ours</source>
        <translation>responde a un correo nuestro</translation>
    </message>
    <message>
        <source>it answers a mail of this ticket</source>
        <translation>responde a un correo de este ticket</translation>
    </message>
    <message>
        <source>imported history</source>
        <translation>historial importado</translation>
    </message>
    <message>
        <source>from a mailing list</source>
        <translation>de una lista de correo</translation>
    </message>
    <message>
        <source>a mail of ours came back</source>
        <translation>volvió un correo nuestro</translation>
    </message>
    <message>
        <source>a new ticket</source>
        <translation>un ticket nuevo</translation>
    </message>
    <message>
        <source>acknowledgements are switched off</source>
        <translation>los acuses están desactivados</translation>
    </message>
    <message>
        <source>the sender is a program</source>
        <translation>el remitente es un programa</translation>
    </message>
    <message>
        <source>it is spam or held</source>
        <translation>es no deseado o está retenido</translation>
    </message>
    <message>
        <source>there is no address</source>
        <translation>no hay dirección</translation>
    </message>
    <message>
        <source>the sender is ourselves</source>
        <translation>el remitente somos nosotros</translation>
    </message>
    <message>
        <source>nobody reads that address</source>
        <translation>nadie lee esa dirección</translation>
    </message>
    <message>
        <source>the sender is not known</source>
        <translation>no se conoce al remitente</translation>
    </message>
    <message>
        <source>there was one already</source>
        <translation>ya hubo uno</translation>
    </message>
    <message>
        <source>one a day is enough</source>
        <translation>basta uno al día</translation>
    </message>
    <message>
        <source>too many automatic mails this hour</source>
        <translation>demasiados correos automáticos esta hora</translation>
    </message>
    <message>
        <source>too many automatic mails on this ticket</source>
        <translation>demasiados correos automáticos en este ticket</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>New</source>
        <translation>Nuevo</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abierto</translation>
    </message>
    <message>
        <source>Waiting for customer</source>
        <translation>Esperando cliente</translation>
    </message>
    <message>
        <source>Solved</source>
        <translation>Resuelto</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Cerrado</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>Correo</translation>
    </message>
    <message>
        <source>Web chat</source>
        <translation>Chat web</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Teléfono</translation>
    </message>
    <message>
        <source>Counter</source>
        <translation>Mostrador</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Otro</translation>
    </message>
    <message>
        <source>Unknown sender</source>
        <translation>Remitente desconocido</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(sin asunto)</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Tú</translation>
    </message>
    <message>
        <source>Note by %1</source>
        <translation>Nota de %1</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>No enviado</translation>
    </message>
    <message>
        <source>Someone new</source>
        <translation>Alguien nuevo</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Esperando</translation>
    </message>
    <message>
        <source>Needs reply</source>
        <translation>Falta responder</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>En línea</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>Ausente</translation>
    </message>
    <message>
        <source>E-mail only</source>
        <translation>Solo correo</translation>
    </message>
    <message>
        <source>Invisible</source>
        <translation>Invisible</translation>
    </message>
    <message>
        <source>On a break</source>
        <translation>En pausa</translation>
    </message>
</context>
</TS>
