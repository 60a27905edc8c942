<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AlertController</name>
    <message numerus="yes">
        <source>%n new notification(s)</source>
        <translation>
            <numerusform>%n new notification</numerusform>
            <numerusform>%n new notifications</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CannedSheet</name>
    <message numerus="yes">
        <source>used %n time(s)</source>
        <translation>
            <numerusform>used once</numerusform>
            <numerusform>used %n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatStrip</name>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Chats · %n waiting, %1</source>
        <translation>
            <numerusform>Chats · %n waiting, %1</numerusform>
            <numerusform>Chats · %n waiting, %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Chats</name>
    <message numerus="yes">
        <source>%n waiting · %1</source>
        <translation>
            <numerusform>%n waiting · %1</numerusform>
            <numerusform>%n waiting · %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContactOverview</name>
    <message numerus="yes">
        <source>Satisfaction, %n rating(s)</source>
        <translation>
            <numerusform>Satisfaction, %n rating</numerusform>
            <numerusform>Satisfaction, %n ratings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DepartmentsPart</name>
    <message numerus="yes">
        <source>%n colleague(s)</source>
        <translation>
            <numerusform>%n colleague</numerusform>
            <numerusform>%n colleagues</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FactorPart</name>
    <message numerus="yes">
        <source>%n recovery code(s) left.</source>
        <translation>
            <numerusform>%n recovery code left.</numerusform>
            <numerusform>%n recovery codes left.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InboxPane</name>
    <message numerus="yes">
        <source>Show %n that need a reply</source>
        <translation>
            <numerusform>Show the one that needs a reply</numerusform>
            <numerusform>Show %n that need a reply</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SeatPart</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SharingPart</name>
    <message numerus="yes">
        <source>%n connected now.</source>
        <translation>
            <numerusform>%n connected now.</numerusform>
            <numerusform>%n connected now.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n waiting to be sent</source>
        <translation>
            <numerusform>%n waiting to be sent</numerusform>
            <numerusform>%n waiting to be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be sent</source>
        <translation>
            <numerusform>%n could not be sent</numerusform>
            <numerusform>%n could not be sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be done</source>
        <translation>
            <numerusform>%n could not be done</numerusform>
            <numerusform>%n could not be done</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagsSheet</name>
    <message numerus="yes">
        <source>Takes “%1” off %n conversation(s) and all customers. No undo.</source>
        <translation>
            <numerusform>Takes “%1” off %n conversation and all customers. No undo.</numerusform>
            <numerusform>Takes “%1” off %n conversations and all customers. No undo.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TicketActions</name>
    <message numerus="yes">
        <source>%n ticket(s) resolved</source>
        <translation>
            <numerusform>%n ticket resolved</numerusform>
            <numerusform>%n tickets resolved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) opened again</source>
        <translation>
            <numerusform>%n ticket opened again</numerusform>
            <numerusform>%n tickets opened again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) marked as unread</source>
        <translation>
            <numerusform>%n ticket marked as unread</numerusform>
            <numerusform>%n tickets marked as unread</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) moved to spam</source>
        <translation>
            <numerusform>%n ticket moved to spam</numerusform>
            <numerusform>%n tickets moved to spam</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) taken out of spam</source>
        <translation>
            <numerusform>%n ticket taken out of spam</numerusform>
            <numerusform>%n tickets taken out of spam</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) moved to the trash</source>
        <translation>
            <numerusform>%n ticket moved to the trash</numerusform>
            <numerusform>%n tickets moved to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) restored</source>
        <translation>
            <numerusform>%n ticket restored</numerusform>
            <numerusform>%n tickets restored</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) assigned</source>
        <translation>
            <numerusform>%n ticket assigned</numerusform>
            <numerusform>%n tickets assigned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) moved</source>
        <translation>
            <numerusform>%n ticket moved</numerusform>
            <numerusform>%n tickets moved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) snoozed</source>
        <translation>
            <numerusform>%n ticket snoozed</numerusform>
            <numerusform>%n tickets snoozed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ticket(s) woken</source>
        <translation>
            <numerusform>%n ticket woken</numerusform>
            <numerusform>%n tickets woken</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%n conversation(s) waiting</source>
        <translation>
            <numerusform>%n conversation waiting</numerusform>
            <numerusform>%n conversations waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnsentPanel</name>
    <message numerus="yes">
        <source>%n could not be done</source>
        <translation>
            <numerusform>%n could not be done</numerusform>
            <numerusform>%n could not be done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n unsent</numerusform>
            <numerusform>%n unsent</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ViewEditor</name>
    <message numerus="yes">
        <source>%n ticket(s)</source>
        <translation>
            <numerusform>%n ticket</numerusform>
            <numerusform>%n tickets</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VisitorsPage</name>
    <message numerus="yes">
        <source>%n person(s) there now. Nothing of them is kept until they write.</source>
        <translation>
            <numerusform>%n person there now. Nothing of them is kept until they write.</numerusform>
            <numerusform>%n people there now. Nothing of them is kept until they write.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chat(s) waiting, the longest for %1</source>
        <translation>
            <numerusform>%n chat waiting for %1</numerusform>
            <numerusform>%n chats waiting, the longest for %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WhoCard</name>
    <message numerus="yes">
        <source>Satisfaction, out of %n rating(s)</source>
        <translation>
            <numerusform>Satisfaction, out of %n rating</numerusform>
            <numerusform>Satisfaction, out of %n ratings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Counted</name>
    <message numerus="yes">
        <source>%n unsent</source>
        <translation>
            <numerusform>%n unsent</numerusform>
            <numerusform>%n unsent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n taken by a colleague</source>
        <translation>
            <numerusform>%n taken by a colleague</numerusform>
            <numerusform>%n taken by a colleague</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of yours answered by the customer</source>
        <translation>
            <numerusform>%n of yours answered by the customer</numerusform>
            <numerusform>%n of yours answered by the customer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n resolved</source>
        <translation>
            <numerusform>%n resolved</numerusform>
            <numerusform>%n resolved</numerusform>
        </translation>
    </message>
</context>
</TS>
